import { sha256, utf8 } from '../kit/bytes.ts'
import { equalInConstantTime } from '../security/bearer.ts'
import type { ReportRefusal } from './provider.ts'

/** Seconds by which a provider's clock may be ahead of ours: the tolerance of the Standard Webhooks specification. */
const AHEAD_SECONDS = 300

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** Whether `signature` is the HMAC-SHA256 of `message`. Web Crypto compares in constant time. */
export async function isHmac(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, HMAC, false, ['verify'])
  return crypto.subtle.verify('HMAC', imported, signature, message)
}

/** Refusal of an event signed at `at` (epoch ms) that is too old or in the future; null if fresh. */
export function staleness(at: number, now: number, freshSeconds: number): ReportRefusal | null {
  if (!Number.isFinite(at)) return { refused: 'the time of the signature is not a number of seconds' }
  if (at - now > AHEAD_SECONDS * 1_000) return { refused: 'the event was signed in the future: compare the clocks' }
  if (now - at > freshSeconds * 1_000)
    return { refused: `the event was signed more than ${freshSeconds / 3_600} hours ago` }
  return null
}

/** Epoch ms of a header or field in whole seconds; NaN for anything else. */
export const fromSeconds = (text: string): number => (/^\d{1,11}$/.test(text) ? Number(text) * 1_000 : Number.NaN)

/** Values of the named headers, or a refusal that names a missing one. */
export function headersNamed<Name extends string>(
  headers: Headers,
  names: readonly Name[],
): Record<Name, string> | ReportRefusal {
  const missing = names.find((name) => !headers.get(name))
  if (missing !== undefined) return { refused: `the header ${missing} is missing` }
  return Object.fromEntries(names.map((name) => [name, headers.get(name)])) as Record<Name, string>
}

/** Header for the secret, for providers that only offer a custom header. */
const SECRET_HEADER = 'x-webhook-secret'

/**
 * Refusal of a request without the shared secret; null if the secret matches. Accepted as Bearer token (RFC 6750), as Basic
 * password with any user name (RFC 7617), or in `X-Webhook-Secret`. Secrets are compared by hash, so that timing does not
 * reveal their length.
 */
export async function secretMissing(headers: Headers, secret: string): Promise<ReportRefusal | null> {
  const presented = presentedIn(headers)
  if (presented === null) return { refused: 'the request has no secret: see docs/webhooks.md for where to put it' }
  const [theirs, ours] = await Promise.all([sha256(utf8(presented)), sha256(utf8(secret))])
  return equalInConstantTime(theirs, ours) ? null : { refused: 'the secret does not match' }
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

/** Minimum characters of a shared secret: 128 bits in Base64 have 22, which cannot be guessed. */
const MIN_SECRET_CHARS = 24

/** Explains why a self-made secret is too weak or malformed; null if it is good enough. */
export const sharedSecretFault = (secret: string): string | null =>
  /^[!-~]+$/.test(secret) && secret.length >= MIN_SECRET_CHARS
    ? null
    : `must be ${MIN_SECRET_CHARS} or more letters, digits and signs without spaces; make one with: openssl rand -base64 24`
