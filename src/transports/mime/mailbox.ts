import type { Mailbox } from '../../emails/message.ts'

/** RFC 5322 §2.1.1 and §3.4: a header value is one line; whatever would break it or hide its direction goes. */
const NOT_IN_A_HEADER = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** Text for a header value. */
export const oneLine = (text: string): string => text.replace(NOT_IN_A_HEADER, ' ').trim()

/** `"Name" <address>` as JSON APIs take it; the name is quoted, so that nothing in it can become an address. */
export function formatMailbox({ name, address }: Mailbox): string {
  const shown = oneLine(name ?? '').replace(/["\\]/g, '\\$&')
  return shown === '' ? address : `"${shown}" <${address}>`
}
