import type { Mailbox } from '../../emails/message.ts'
import { toBase64, utf8 } from '../../kit/bytes.ts'
import { formatMailbox, oneLine } from './mailbox.ts'

/** Bytes per encoded word: RFC 2047 §2 allows 75 characters, of which 12 frame 60 characters of base64. */
const BYTES_PER_WORD = 45
const NOT_ASCII = /[^\x20-\x7e]/

/** Mailbox as an ASCII header value, for APIs that copy it into the header unchanged. Other scripts become encoded words. */
export function formatAsciiMailbox(mailbox: Mailbox): string {
  const name = oneLine(mailbox.name ?? '').toWellFormed()
  return NOT_ASCII.test(name) ? `${encodedWords(name)} <${mailbox.address}>` : formatMailbox(mailbox)
}

/** Text as encoded words (RFC 2047), each of whole characters. Readers ignore the spaces between them (§6.2). */
function encodedWords(text: string): string {
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
