import { ConnectionFault } from './fault.ts'

/** A server's reply to a command: one or more lines with the same code (RFC 5321 §4.2). */
export type SmtpReply = {
  code: number
  /** Enhanced status code (RFC 3463), such as 5.1.1; null if absent or of another class than the code. */
  enhanced: string | null
  /** Text of each line, without the codes. */
  lines: readonly string[]
}

/** Maximum lines of one reply: EHLO has one for each extension, about twenty at most. */
export const MAX_REPLY_LINES = 100

const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/
const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?=\s|$)/

/** Combines the lines of one reply. */
export class ReplyReader {
  readonly #lines: string[] = []
  #code = 0
  #enhanced: string | null = null

  /**
   * Adds a line; returns the reply after its last line, null before.
   * @throws ConnectionFault for a line that is not valid SMTP
   */
  add(line: string): SmtpReply | null {
    const [, digits, separator, text = ''] = LINE.exec(line) ?? []
    if (digits === undefined) throw new ConnectionFault('protocol', 'sent a line that is not an SMTP reply')
    const code = Number(digits)
    if (this.#lines.length > 0 && code !== this.#code)
      throw new ConnectionFault('protocol', 'sent one reply with two different codes')
    if (this.#lines.length === MAX_REPLY_LINES)
      throw new ConnectionFault('protocol', `sent a reply of more than ${MAX_REPLY_LINES} lines`)
    this.#code = code
    const [enhanced = null] = ENHANCED.exec(text) ?? []
    const isOurs = enhanced !== null && enhanced[0] === digits[0]
    if (isOurs) this.#enhanced ??= enhanced
    this.#lines.push(isOurs ? text.slice(enhanced.length).trim() : text.trim())
    return separator === '-' ? null : { code, enhanced: this.#enhanced, lines: this.#lines }
  }
}

/** A reply for operators to read: without addresses, which are personal data, without control characters, and shortened. */
export function quoteReply({ code, enhanced, lines }: SmtpReply): string {
  const text = lines
    .join(' ')
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/<[^<>]*>|\S*@\S*/g, '…')
    .replace(/ {2,}/g, ' ')
    .trim()
  return [String(code), enhanced, text.slice(0, MAX_WORDS)].filter((part) => part !== null && part !== '').join(' ')
}

/** Maximum characters of a quoted reply. */
const MAX_WORDS = 160
