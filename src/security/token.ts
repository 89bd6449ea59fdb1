import * as z from 'zod'
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../kit/bytes.ts'
import { DAY_MS, HOUR_MS } from '../kit/durations.ts'
import { parseJson } from '../kit/parse-json.ts'
import { err, ok, type Result } from '../kit/result.ts'
import type { Keyring } from './keyring.ts'
import { openBytes, sealText } from './vault.ts'

/** What a link may do, and for how many milliseconds it may do it. */
export const LIFETIME_MS = {
  confirm: 7 * DAY_MS,
  letter: 7 * DAY_MS, // as long as the draft waits
  voice: 7 * DAY_MS, // the same of a message of support or an endorsement
  moderate: 7 * DAY_MS, // a moderator away for a week still finds the links of their last mail working
  stop: Number.POSITIVE_INFINITY, // as the next
  unsubscribe: Number.POSITIVE_INFINITY, // an opt-out must work for as long as the mail exists (RFC 8058 §2)
  preferences: HOUR_MS,
  export: HOUR_MS,
  erase: HOUR_MS,
  form: DAY_MS, // stamps a page's form with its time of making
} as const
export type Purpose = keyof typeof LIFETIME_MS

/** Characters: mail clients and scanners cut longer URLs. */
export const MAX_TOKEN_CHARS = 1_000

export type TokenFault = 'malformed' | 'expired'

const envelope = z.tuple([z.number(), z.unknown()])

/**
 * A link's payload, sealed for one purpose. With `derivedFrom`, the IV is taken from it and the payload, so that the same mail
 * made again carries the same link (I7); `keyId` then fixes the key even after a rotation.
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
  // Encoded together, because a buffer costs more than what is in it.
  const whole = utf8(`${fixed.derivedFrom}\n${text}`)
  const plain = whole.subarray(utf8(fixed.derivedFrom).length + 1)
  const iv = await derivedIv(keys, fixed.keyId, purpose, whole)
  return sealText(keys, purpose, 'token', plain, { keyId: fixed.keyId, iv })
}

/** Characters of a token that hold its key's id and its IV. */
const IV_CHARS = 28
const IV_BYTES = 12

/** The IV of a token of ours: of one derived from its mail, as unforeseeable to others and as much this mail's own as the token is. */
export function ivOf(token: string): Uint8Array<ArrayBuffer> {
  const head = fromBase64Url(token.slice(0, IV_CHARS)) ?? new Uint8Array()
  const at = 1 + (head[0] ?? 0)
  if (head.length < at + IV_BYTES) throw new Error('this is no token of ours')
  return head.slice(at, at + IV_BYTES)
}

/** What a token holds. The payload is still to be parsed by the caller's schema. */
export type Redeemed = { issuedAt: number; payload: unknown }

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

/** As `redeem`, for a token of one of several purposes: answers which. Each purpose has a key of its own, so only one opens it. */
export async function redeemAny<P extends Purpose>(
  keys: Keyring,
  purposes: readonly P[],
  token: string,
  now: number,
): Promise<Result<Redeemed & { purpose: P }, 'malformed' | { expired: P }>> {
  const sealed = token.length <= MAX_TOKEN_CHARS ? fromBase64Url(token) : null
  if (sealed === null || toBase64Url(sealed) !== token) return err('malformed') // one spelling: no spare bits, RFC 4648 §3.5
  for (const purpose of purposes) {
    const plain = await openBytes(keys, purpose, 'token', sealed)
    if (plain === null) continue
    const [issuedAt, payload] = envelope.parse(parseJson(fromUtf8(plain)))
    return now - issuedAt > LIFETIME_MS[purpose] ? err({ expired: purpose }) : ok({ issuedAt, payload, purpose })
  }
  return err('malformed')
}

/** Synthetic IV: different payloads never share one under the same key, equal ones always do. */
async function derivedIv(
  keys: Keyring,
  keyId: string,
  purpose: Purpose,
  whole: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = keys.signingKey(keyId, `iv/${purpose}`)
  if (key === null) throw new Error(`KEYRING holds no key ${keyId}; put it back, it may only be retired`)
  return new Uint8Array(await crypto.subtle.sign('HMAC', await key, whole), 0, IV_BYTES)
}
