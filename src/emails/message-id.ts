import { createHash } from 'node:crypto'
import { toHex } from '../kit/bytes.ts'

/** Hexadecimal characters of the recipient's part: 80 bits, unique within a dispatch. */
const RECIPIENT_CHARS = 20

/**
 * Message-ID without brackets (RFC 5322 §3.6.4): the same for the same dispatch and person, so that a retry is the same mail and
 * a mailbox that got it twice shows it once (I7). Hashed with the dispatch, so two mails cannot be linked by it.
 * `host` is the host name of PUBLIC_URL. Node's hash and not Web Crypto's, because whoever needs it can have it at once.
 */
export function messageId(dispatchId: string, fingerprint: string, host: string): string {
  return bulkMessageId(dispatchId, createHash('sha256').update(`${dispatchId}.${fingerprint}`).digest(), host)
}

/** The same for a mail that has a secret hash of its dispatch and person already, so that none is made for it. */
export const bulkMessageId = (dispatchId: string, hash: Uint8Array, host: string): string =>
  `${dispatchId}.${toHex(hash.subarray(0, RECIPIENT_CHARS / 2))}@${hostLabel(host)}`

/** A host as the right side of an `@`: an IPv6 address and a port are not one. */
export const hostLabel = (host: string): string => host.replace(/^\[.*$/, 'localhost').replace(/:\d+$/, '')
