import { utf8 } from '../../kit/bytes.ts'

/**
 * Lines of a calendar (RFC 5545 §3.1). The libraries that write them have no LANGUAGE for a text, and one folds between the halves
 * of a character.
 */

/** Octets of a line, without the line break after it (RFC 5545 §3.1). */
const MAX_LINE_OCTETS = 75

/** A line whose value is not text: a time, an address, a word. The value is written as it is. */
export const valueLine = (name: string, value: string | number): string => foldLine(`${name}:${value}`)

/** A line of text in a language (RFC 5545 §3.2.10, §3.3.11); breaks within the text are kept. */
export const textLine = (name: string, language: string, text: string): string =>
  foldLine(`${name};LANGUAGE=${language}:${escapeText(text)}`)

const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replace(/(?!\t)\p{Cc}/gu, '') // no text of a calendar may hold them

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
