import * as z from 'zod'
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../kit/bytes.ts'
import { DAY_MS, HOUR_MS } from '../kit/durations.ts'
import { parseJson } from '../kit/parse-json.ts'
import { err, ok, type Result } from '../kit/result.ts'
import type { Keyring } from './keyring.ts'
import { openBytes, sealText } from './vault.ts'

/** Milliseconds for which a token is valid, by its purpose. */
export const LIFETIME_MS = {
  confirm: 7 * DAY_MS,
  letter: 7 * DAY_MS, // as long as a draft waits
  voice: 7 * DAY_MS, // as long as a message of support or an endorsement waits as a draft
  moderate: 7 * DAY_MS, // a moderator who was away for a week can still use the links of the last mail
  stop: Number.POSITIVE_INFINITY, // as `unsubscribe`
  unsubscribe: Number.POSITIVE_INFINITY, // an opt-out must work for as long as the mail exists (RFC 8058 §2)
  'no-more': Number.POSITIVE_INFINITY, // as `unsubscribe`
  preferences: HOUR_MS,
  export: HOUR_MS,
  erase: HOUR_MS,
  form: DAY_MS, // creation time of a page's form
} as const
export type Purpose = keyof typeof LIFETIME_MS

/** Longest token in characters. Mail clients and scanners cut longer URLs. */
export const MAX_TOKEN_CHARS = 1_000

export type TokenFault = 'malformed' | 'expired'

const envelope = z.tuple([z.number(), z.unknown()])

/**
 * Seals the payload of a link for one purpose. With `derivedFrom`, the IV is derived from that text and the payload:
 * the same mail made again has the same link (I7). `keyId` fixes the key even after a rotation.
 */
export async function issueToken(
  keys: Keyring,
  purpose: Purpose,
  payload: unknown,
  now: number,
  fixed?: { keyId: string; derivedFrom: string },
): Promise<string> {
  const text = JSON.stringify([now, payload])
  if (fixed === undefined) return sealText(keys, purpose, 'token', utf8(text))
  // Encoded together, because allocating a second buffer costs more than its content.
  const whole = utf8(`${fixed.derivedFrom}\n${text}`)
  const plain = whole.subarray(utf8(fixed.derivedFrom).length + 1)
  const iv = await derivedIv(keys, fixed.keyId, purpose, whole)
  return sealText(keys, purpose, 'token', plain, { keyId: fixed.keyId, iv })
}

/** Characters of a token that contain the key id and the IV. */
const IV_CHARS = 28
const IV_BYTES = 12

/**
 * The IV of a token, as bytes. For a derived token, the IV is unpredictable to others and unique to the mail.
 * @throws Error when the text is no token of this deployment.
 */
export function ivOf(token: string): Uint8Array<ArrayBuffer> {
  const head = fromBase64Url(token.slice(0, IV_CHARS)) ?? new Uint8Array()
  const at = 1 + (head[0] ?? 0)
  if (head.length < at + IV_BYTES) throw new Error('token is not one that this deployment issued')
  return head.slice(at, at + IV_BYTES)
}

/** Content of a valid token: time of issue (epoch ms) and payload. The caller parses the payload with a schema. */
export type Redeemed = { issuedAt: number; payload: unknown }

/** Opens a token of one purpose. `malformed` for a forged or foreign token, `expired` after the lifetime of its purpose. */
export async function redeemToken(
  keys: Keyring,
  purpose: Purpose,
  token: string,
  now: number,
): Promise<Result<Redeemed, TokenFault>> {
  const redeemed = await redeemAny(keys, [purpose], token, now)
  if (redeemed.ok) return ok({ issuedAt: redeemed.value.issuedAt, payload: redeemed.value.payload })
  return err(redeemed.error === 'malformed' ? 'malformed' : 'expired')
}

/**
 * Opens a token that may have one of several purposes, and returns its purpose. Each purpose has its own key, so only
 * one can open the token.
 */
export async function redeemAny<P extends Purpose>(
  keys: Keyring,
  purposes: readonly P[],
  token: string,
  now: number,
): Promise<Result<Redeemed & { purpose: P }, 'malformed' | { expired: P }>> {
  const sealed = token.length <= MAX_TOKEN_CHARS ? fromBase64Url(token) : null
  // only one spelling of a token is valid: no spare bits, RFC 4648 §3.5
  if (sealed === null || toBase64Url(sealed) !== token) return err('malformed')
  for (const purpose of purposes) {
    const plain = await openBytes(keys, purpose, 'token', sealed)
    if (plain === null) continue
    const [issuedAt, payload] = envelope.parse(parseJson(fromUtf8(plain)))
    return now - issuedAt > LIFETIME_MS[purpose] ? err({ expired: purpose }) : ok({ issuedAt, payload, purpose })
  }
  return err('malformed')
}

/** Synthetic IV of a payload: equal payloads share an IV under the same key, different payloads never do. */
async function derivedIv(
  keys: Keyring,
  keyId: string,
  purpose: Purpose,
  whole: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = keys.signingKey(keyId, `iv/${purpose}`)
  if (key === null)
    throw new Error(`KEYRING has no key ${keyId}: add the key again, because stored data and links still need it`)
  return new Uint8Array(await crypto.subtle.sign('HMAC', await key, whole), 0, IV_BYTES)
}
