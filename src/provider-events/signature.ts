import { sha256, utf8 } from '../kit/bytes.ts'
import { equalInConstantTime } from '../security/bearer.ts'
import type { ReportRefusal } from './provider.ts'

/** Seconds by which a provider's clock may be ahead of ours: the tolerance of the Standard Webhooks specification. */
const AHEAD_SECONDS = 300

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** Whether `signature` is the HMAC-SHA256 of `message`; the comparison is Web Crypto's own, in constant time. */
export async function isHmac(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, HMAC, false, ['verify'])
  return crypto.subtle.verify('HMAC', imported, signature, message)
}

/** Why an event signed at `at` (epoch ms) is not accepted now, or null. */
export function staleness(at: number, now: number, freshSeconds: number): ReportRefusal | null {
  if (!Number.isFinite(at)) return { refused: 'the time of the signature is not a time' }
  if (at - now > AHEAD_SECONDS * 1_000) return { refused: 'it was signed in the future: compare the clocks' }
  if (now - at > freshSeconds * 1_000) return { refused: `it was signed more than ${freshSeconds / 3_600} hours ago` }
  return null
}

/** Epoch ms of a header or field in whole seconds; NaN for anything else. */
export const fromSeconds = (text: string): number => (/^\d{1,11}$/.test(text) ? Number(text) * 1_000 : Number.NaN)

/** The headers' values, or which is missing. */
export function headersNamed<Name extends string>(
  headers: Headers,
  names: readonly Name[],
): Record<Name, string> | ReportRefusal {
  const missing = names.find((name) => !headers.get(name))
  if (missing !== undefined) return { refused: `the header ${missing} is missing` }
  return Object.fromEntries(names.map((name) => [name, headers.get(name)])) as Record<Name, string>
}

/** Where a secret may stand when the provider lets its user choose a header and nothing more. */
const SECRET_HEADER = 'x-webhook-secret'

/**
 * Why a request does not carry the secret, or null: as a Bearer token (RFC 6750), as the password of Basic authentication
 * (RFC 7617, whatever the user's name) or in the header `X-Webhook-Secret`. Compared by hash, so that not even its length shows.
 */
export async function secretMissing(headers: Headers, secret: string): Promise<ReportRefusal | null> {
  const presented = presentedIn(headers)
  if (presented === null) return { refused: 'it carries no secret: see docs/webhooks.md for where to put it' }
  const [theirs, ours] = await Promise.all([sha256(utf8(presented)), sha256(utf8(secret))])
  return equalInConstantTime(theirs, ours) ? null : { refused: 'the secret is another one' }
}

function presentedIn(headers: Headers): string | null {
  const [scheme = '', credentials = ''] = (headers.get('authorization') ?? '').split(' ')
  if (scheme.toLowerCase() === 'bearer') return credentials
  if (scheme.toLowerCase() === 'basic') return passwordIn(credentials)
  return headers.get(SECRET_HEADER)
}

function passwordIn(credentials: string): string | null {
  try {
    const pair = atob(credentials)
    return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : null
  } catch {
    return null
  }
}

/** Characters: what nobody can guess even when they may try for years (128 bits in Base64 have 22). */
const MIN_SECRET_CHARS = 24

/** Of a secret that its user makes up. */
export const sharedSecretFault = (secret: string): string | null =>
  /^[!-~]+$/.test(secret) && secret.length >= MIN_SECRET_CHARS
    ? null
    : `must be ${MIN_SECRET_CHARS} or more letters, digits and signs without spaces; make one with: openssl rand -base64 24`
