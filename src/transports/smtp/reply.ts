import { ConnectionFault } from './fault.ts'

/** What a server says to a command: one or more lines with the same code (RFC 5321 §4.2). */
export type SmtpReply = {
  code: number
  /** RFC 3463, such as 5.1.1; only where the server gives one of the same class as the code. */
  enhanced: string | null
  /** Without code and enhanced code, one entry a line. */
  lines: readonly string[]
}

/** Lines of one reply. EHLO has a line for each extension, and nobody has more than about twenty. */
export const MAX_REPLY_LINES = 100

const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/
const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?=\s|$)/

/** Puts the lines of one reply together. */
export class ReplyReader {
  readonly #lines: string[] = []
  #code = 0
  #enhanced: string | null = null

  /**
   * The reply once its last line is there, null before.
   * @throws ConnectionFault for what no mail server says.
   */
  add(line: string): SmtpReply | null {
    const [, digits, separator, text = ''] = LINE.exec(line) ?? []
    if (digits === undefined) throw new ConnectionFault('protocol', 'answered with a line that is no SMTP reply')
    const code = Number(digits)
    if (this.#lines.length > 0 && code !== this.#code)
      throw new ConnectionFault('protocol', 'gave one reply two different codes')
    if (this.#lines.length === MAX_REPLY_LINES)
      throw new ConnectionFault('protocol', `answered with more than ${MAX_REPLY_LINES} lines`)
    this.#code = code
    const [enhanced = null] = ENHANCED.exec(text) ?? []
    const isOurs = enhanced !== null && enhanced[0] === digits[0]
    if (isOurs) this.#enhanced ??= enhanced
    this.#lines.push(isOurs ? text.slice(enhanced.length).trim() : text.trim())
    return separator === '-' ? null : { code, enhanced: this.#enhanced, lines: this.#lines }
  }
}

/** A server's own words for a person to read: no addresses, for those are personal, no control characters, not endless. */
export function quoteReply({ code, enhanced, lines }: SmtpReply): string {
  const text = lines
    .join(' ')
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/<[^<>]*>|\S*@\S*/g, '…')
    .replace(/ {2,}/g, ' ')
    .trim()
  return [String(code), enhanced, text.slice(0, MAX_WORDS)].filter((part) => part !== null && part !== '').join(' ')
}

/** Characters of a server's explanation that are worth showing. */
const MAX_WORDS = 160
