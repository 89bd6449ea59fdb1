import { directionOf } from '../../kit/locales.ts'

/** Direction isolates (UAX #9 §2.4): they keep a value in its own direction where a mail program shows no markup, or drops it. */
const ISOLATE = { auto: '\u2068', ltr: '\u2066' } as const
const END = '\u2069'

export const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/
/** Words of right-to-left letters alone. Beside numbers, signs and other scripts their order can change. */
const ONLY_RIGHT_TO_LEFT = /^[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\s]*$/
const DIGIT = /\p{Nd}/u

/** Whether a value could be turned round, or turn its neighbours round, in a text of this language. */
const mixes = (locale: string, value: string): boolean =>
  directionOf(locale) === 'ltr'
    ? RIGHT_TO_LEFT_LETTER.test(value)
    : !ONLY_RIGHT_TO_LEFT.test(value) || DIGIT.test(value)

/**
 * A value that keeps its own direction within a text of this language, line by line. Its direction is that of its first letter, or with
 * `ltr` left to right, as numbers and addresses need. A value that cannot be turned round stays as it is.
 */
export const isolated = (locale: string, value: string, direction: keyof typeof ISOLATE = 'auto'): string =>
  value
    .split('\n')
    .map((line) => (mixes(locale, line) ? ISOLATE[direction] + line + END : line))
    .join('\n')

/**
 * An address in plain text, with a space before the end of its isolate: programs that make links of addresses would take the invisible
 * end for a part of the address.
 */
export const isolatedLink = (locale: string, url: string): string =>
  directionOf(locale) === 'rtl' ? `${ISOLATE.ltr}${url} ${END}` : url

/** A whole line of a right-to-left language, such as a subject, where the surroundings may run left to right. Other lines are unchanged. */
export const isolatedLine = (locale: string, line: string): string =>
  directionOf(locale) === 'rtl' && line !== '' ? `\u2067${line}${END}` : line

/** International telephone numbers: a plus and groups of digits. */
const TELEPHONE = /\+\d(?:[\d ()./-]*\d)?/g

/** Running text in which telephone numbers keep their order. */
export const withIsolatedNumbers = (text: string): string =>
  text.replace(TELEPHONE, (number) => ISOLATE.ltr + number + END)

const OPENS = /[\u2066-\u2068]/g

/** Lines of which each closes the isolates it opens. An isolate that a line break cuts is opened again in the next line. */
export function closeIsolates(lines: readonly string[]): string[] {
  let open = ''
  return lines.map((line) => {
    const whole = open + line
    const opened = whole.match(OPENS) ?? []
    const left = opened.length - (whole.split(END).length - 1)
    open = left > 0 ? opened.slice(-left).join('') : ''
    return whole + END.repeat(Math.max(0, left))
  })
}
