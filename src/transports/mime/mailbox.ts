import type { Mailbox } from '../../emails/message.ts'

/** Characters that break a header line or hide its direction (RFC 5322 §2.1.1 and §3.4). */
const NOT_IN_A_HEADER = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** Text as one line for a header value: control and direction characters become spaces. */
export const oneLine = (text: string): string => text.replace(NOT_IN_A_HEADER, ' ').trim()

/** Mailbox as `"Name" <address>` for JSON APIs. The name is quoted, so that no part of it is read as an address. */
export function formatMailbox({ name, address }: Mailbox): string {
  const shown = oneLine(name ?? '').replace(/["\\]/g, '\\$&')
  return shown === '' ? address : `"${shown}" <${address}>`
}
