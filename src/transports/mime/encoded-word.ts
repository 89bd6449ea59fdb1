import { toBase64, utf8 } from '../../kit/bytes.ts'

/** Bytes per encoded word: RFC 2047 §2 allows 75 characters, of which 12 frame 60 characters of base64. */
const BYTES_PER_WORD = 45

/** Text as encoded words (RFC 2047), each of whole characters. Readers ignore the spaces between them (§6.2). */
export function encodedWords(text: string): string {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (utf8(word + character).length > BYTES_PER_WORD) {
      words.push(word)
      word = ''
    }
    word += character
  }
  return [...words, word].map((part) => `=?UTF-8?B?${toBase64(utf8(part))}?=`).join(' ')
}
