import { fromBase64, fromUtf8 } from '../../kit/bytes.ts'

const ENCODED_WORD = /=\?utf-8\?([bq])\?([^?\s]*)\?=/gi

/** All header fields of a mail, in their order, unfolded and with encoded words in UTF-8 (RFC 2047) as text. */
export function mailHeaders(eml: Uint8Array): Array<[name: string, value: string]> {
  const [head = ''] = fromUtf8(eml).split('\r\n\r\n', 1)
  return head
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), decodeWords(line.slice(colon + 1).trim())]
    })
}

const decodeWords = (value: string): string =>
  value.replace(/(\?=)\s+(?==\?)/g, '$1').replace(ENCODED_WORD, (word, encoding: string, text: string) => {
    const bytes = /b/i.test(encoding) ? fromBase64(text) : fromQ(text)
    return bytes === null ? word : fromUtf8(bytes)
  })

const fromQ = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/_/g, ' ').match(/=[0-9a-f]{2}|[\s\S]/gi) ?? [], (one) =>
    one.length > 1 ? Number.parseInt(one.slice(1), 16) : one.charCodeAt(0),
  )
