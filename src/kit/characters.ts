/** Characters that have a meaning to machines or to a line's direction, and what becomes of them in mails and plain text. */

/** Slots are marked by private-use characters while a mail is compiled; nobody's text may contain one. */
export const MARK_START = '\uE000'
export const MARK_END = '\uE001'
const PRIVATE_USE = /[\uE000-\uF8FF]/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LINE_BREAKS_AND_CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g

/** Embeddings, overrides and isolates: a name that carries one can turn the words around it (UAX #9 §2, Trojan Source). */
const BIDI = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** Text that may span lines: organisers' words. No marker, no control characters but tab and line feed. */
export const clean = (text: string): string => text.replace(CONTROLS, '').replace(PRIVATE_USE, '').toWellFormed()

/** Text on one line: subjects, header values, slots of the text part. */
export const oneLine = (text: string): string => text.replace(LINE_BREAKS_AND_CONTROLS, ' ').toWellFormed()

/** Graphemes of a name that a greeting repeats: nearly every full name fits, and no mail becomes a billboard. */
const MAX_NAME_GRAPHEMES = 60
/** UTF-16 units that are looked at at all; one grapheme can be thousands of combining marks. */
const MAX_NAME_UNITS = 240

/** Nothing that would be changed but its normal form: single spaces, none of the characters above, no halves of pairs. */
const PLAIN =
  /^[^\s\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD\u2028\u2029]+(?: [^\s\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD\u2028\u2029]+)*$/u

/** Somebody's name as a greeting may repeat it; empty when nothing of it is left. */
export function displayName(name: string): string {
  if (name.length <= MAX_NAME_GRAPHEMES && PLAIN.test(name)) return name.normalize('NFC')
  const plain = name
    .slice(0, MAX_NAME_UNITS)
    .replace(LINE_BREAKS_AND_CONTROLS, ' ')
    .replace(BIDI, '')
    .replace(PRIVATE_USE, '')
    .toWellFormed()
    .replaceAll('\uFFFD', '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length <= MAX_NAME_GRAPHEMES && name.length <= MAX_NAME_UNITS) return plain
  const graphemes = [...new Intl.Segmenter().segment(plain)].map(({ segment }) => segment)
  if (graphemes.length <= MAX_NAME_GRAPHEMES && name.length <= MAX_NAME_UNITS) return plain
  return `${graphemes.slice(0, MAX_NAME_GRAPHEMES).join('').trimEnd()}…`
}
