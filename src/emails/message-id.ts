import { createHash } from 'node:crypto'
import { toHex } from '../kit/bytes.ts'

/** Hexadecimal characters of the recipient's part of a Message-ID: 80 bits, unique within a dispatch. */
const RECIPIENT_CHARS = 20

/**
 * Message-ID without angle brackets (RFC 5322 §3.6.4). `host` is the host name of PUBLIC_URL. The same dispatch and person give
 * the same id, so a mailbox shows a repeated mail once. The fingerprint is hashed with the dispatch id, so that mails of two
 * dispatches cannot be linked. Node's hash is used because it is synchronous.
 */
export function messageId(dispatchId: string, fingerprint: string, host: string): string {
  return bulkMessageId(dispatchId, createHash('sha256').update(`${dispatchId}.${fingerprint}`).digest(), host)
}

/** Message-ID from an existing secret hash of dispatch and person, so that a bulk send computes no second hash. */
export const bulkMessageId = (dispatchId: string, hash: Uint8Array, host: string): string =>
  `${dispatchId}.${toHex(hash.subarray(0, RECIPIENT_CHARS / 2))}@${hostLabel(host)}`

/** Host name for the right side of `@`: without port; an IPv6 address becomes `localhost`. */
export const hostLabel = (host: string): string => host.replace(/^\[.*$/, 'localhost').replace(/:\d+$/, '')
