import { utf8 } from '../../kit/bytes.ts'

/**
 * Lines of a calendar (RFC 5545 §3.1). Existing libraries lack LANGUAGE for a text, and one of them splits surrogate
 * pairs when folding.
 */

/** Octets of a line, without its line break (RFC 5545 §3.1). */
const MAX_LINE_OCTETS = 75

/** A folded line with a value that is not text, such as a time or an address. The value is not escaped. */
export const valueLine = (name: string, value: string | number): string => foldLine(`${name}:${value}`)

/** A folded line of text in a language (RFC 5545 §3.2.10, §3.3.11). Line breaks in the text are preserved. */
export const textLine = (name: string, language: string, text: string): string =>
  foldLine(`${name};LANGUAGE=${language}:${escapeText(text)}`)

const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replace(/(?!\t)\p{Cc}/gu, '') // control characters are not allowed in calendar text

function foldLine(line: string): string {
  let written = ''
  let octets = 0
  for (const character of line) {
    const size = utf8(character).length
    if (octets + size > MAX_LINE_OCTETS) {
      written += '\r\n '
      octets = 1
    }
    written += character
    octets += size
  }
  return `${written}\r\n`
}
