import type { Mailbox } from '../../emails/message.ts'
import { toBase64, utf8 } from '../../kit/bytes.ts'
import { formatMailbox, oneLine } from './mailbox.ts'

/** RFC 2047 §2: an encoded word has at most 75 characters; 45 bytes make 60 of them in base64, beside 12 that frame it. */
const BYTES_PER_WORD = 45
const NOT_ASCII = /[^\x20-\x7e]/

/** A mailbox for APIs that put it into the header as it is: ASCII only, whatever script the name is in. */
export function formatAsciiMailbox(mailbox: Mailbox): string {
  const name = oneLine(mailbox.name ?? '').toWellFormed()
  return NOT_ASCII.test(name) ? `${encodedWords(name)} <${mailbox.address}>` : formatMailbox(mailbox)
}

/** Words are whole characters each; the spaces between them do not count (§6.2). */
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
