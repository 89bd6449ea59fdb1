import type { Mailbox } from '../../emails/message.ts'
import { encodedWords } from './encoded-word.ts'

/** Characters that break a header line or hide its direction (RFC 5322 §2.1.1 and §3.4). */
const NOT_IN_A_HEADER = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
const NOT_ASCII = /[^\x20-\x7e]/

/** Text as one line for a header value: control and direction characters become spaces. */
export const oneLine = (text: string): string => text.replace(NOT_IN_A_HEADER, ' ').trim()

/**
 * Whether readers could take a name for encoded words (RFC 2047). They decode them even in a quoted string, where §5 forbids it, so
 * such a name would be shown as another one. It is sent as encoded words itself.
 */
export const looksEncoded = (name: string): boolean => name.includes('=?')

/** A name for an API that takes it in a field of its own: one line, safe from being decoded. */
export function displayName(name: string | undefined): string {
  const shown = oneLine(name ?? '').toWellFormed()
  return looksEncoded(shown) ? encodedWords(shown) : shown
}

/** Mailbox as `"Name" <address>` for JSON APIs. The name is quoted, so that no part of it is read as an address. */
export function formatMailbox({ name, address }: Mailbox): string {
  const shown = oneLine(name ?? '')
  if (looksEncoded(shown)) return `${displayName(shown)} <${address}>`
  return shown === '' ? address : `"${shown.replace(/["\\]/g, '\\$&')}" <${address}>`
}

/** Mailbox as an ASCII header value, for APIs that copy it into the header unchanged. Other scripts become encoded words. */
export function formatAsciiMailbox(mailbox: Mailbox): string {
  const name = oneLine(mailbox.name ?? '').toWellFormed()
  return NOT_ASCII.test(name) ? `${encodedWords(name)} <${mailbox.address}>` : formatMailbox(mailbox)
}
