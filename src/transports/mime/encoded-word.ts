import { toBase64, utf8 } from '../../kit/bytes.ts'

/** Bytes per encoded word: RFC 2047 §2 allows 75 characters, of which 12 frame 60 characters of base64. */
const BYTES_PER_WORD = 45

/**
 * Text as encoded words (RFC 2047), each of whole characters, and of whole words where they fit. Readers ignore the spaces between encoded
 * words (§6.2), so a space of the text stands at the end of one.
 */
export function encodedWords(text: string): string {
  const encoded: string[] = []
  let open = ''
  for (const piece of text.split(/(?<= )/).flatMap(fitting)) {
    if (!fits(open + piece)) {
      encoded.push(open)
      open = ''
    }
    open += piece
  }
  return [...encoded, open].map((part) => `=?UTF-8?B?${toBase64(utf8(part))}?=`).join(' ')
}

const fits = (text: string): boolean => utf8(text).length <= BYTES_PER_WORD

/** A word, in its characters if it is too long for one encoded word. */
const fitting = (word: string): string[] => (fits(word) ? [word] : [...word])
