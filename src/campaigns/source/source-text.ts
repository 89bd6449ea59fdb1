import { sha256Hex, utf8 } from '../../kit/bytes.ts'
import type { Fault } from './fault.ts'

/** Most bytes of one file. Gmail cuts a mail at 102 KB of HTML, and the frame around the words takes up to 40 KB. */
export const MAX_FILE_BYTES = 60_000

/** Hexadecimal digits of a revision: 48 bits, so that two texts of one campaign never share a revision by accident. */
const REVISION_DIGITS = 12

/**
 * Characters that are invisible or rearrange text. Control and private-use characters, lone surrogates, line and
 * paragraph separators; bidirectional overrides and isolates (UAX #9); byte order marks; U+FFFD, the sign of a wrong
 * decoding.
 */
const UNSEEN = /[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFD]/gu

/** Normalises text, independent of the system that saved the text: no byte order mark, lines end with `\n`. */
export const normaliseSource = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')

/** The revision of a text: the first 12 hexadecimal digits of its SHA-256. */
export const revisionOf = async (text: string): Promise<string> => (await sha256Hex(text)).slice(0, REVISION_DIGITS)

export function sizeFaults(file: string, text: string): Fault[] {
  const bytes = utf8(text).length
  if (bytes <= MAX_FILE_BYTES) return []
  const found = `${bytes.toLocaleString('en')} bytes`
  const limit = MAX_FILE_BYTES.toLocaleString('en')
  const expected = `at most ${limit}, because mail providers cut longer mails: shorten the text, or link to the rest`
  return [{ file, line: 1, found, expected }]
}

/** The first forbidden character of a text as a code point, such as `U+202E`; undefined when there is none. */
export function findUnseenCharacter(text: string): string | undefined {
  for (const [character] of text.matchAll(UNSEEN)) {
    if (character === '\n' || character === '\t') continue
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  }
  return undefined
}

export const unseenFault = (file: string, line: number, character: string): Fault => ({
  file,
  line,
  found: `the character ${character}, which is not seen or rearranges what is`,
  expected: 'visible characters: delete it, or save the file as UTF-8',
})
