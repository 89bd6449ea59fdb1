import { toHex, utf8 } from '../kit/bytes.ts'
import { findInvisible, trimUnseen } from '../kit/characters.ts'
import { err, ok, type Result } from '../kit/result.ts'

/** Limits of RFC 5321 §4.5.3.1 in octets: the path without brackets, the local part, and one DNS label. */
const MAX_ADDRESS_OCTETS = 254
const MAX_LOCAL_OCTETS = 64
const MAX_LABEL_OCTETS = 63

/**
 * RFC 5322 dot-atom. Quoted local parts are legal, but in practice only attackers type them. Most providers do not
 * carry SMTPUTF8.
 */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

/** Joiners between letters of a domain: some scripts need them, and the URL parser knows where (RFC 5892, appendix A). */
const DOMAIN_JOINERS = /(?<=@[^@]*[\p{L}\p{M}])[\u200C\u200D](?=[\p{L}\p{M}][^@]*$)/gu

export type AddressFault = 'empty' | 'too-long' | 'no-domain' | 'invisible' | 'local-part' | 'domain'

/** What was expected instead of an address with a fault, for organisers. */
export const ADDRESS_ADVICE: Record<AddressFault, string> = {
  empty: 'an e-mail address',
  'too-long': 'an e-mail address of at most 254 characters',
  'no-domain': 'an e-mail address such as name@example.org, with one @ and something on both sides of it',
  invisible: 'an e-mail address without invisible characters: type it by hand instead of pasting it',
  'local-part':
    'an e-mail address whose part before the @ has Latin letters, digits and signs, without spaces or brackets',
  domain: 'an e-mail address with a domain such as example.org after the @',
}

/** A normalised e-mail address: the only form that is fingerprinted, stored or written to. */
export type Address = string & { readonly __normalised: unique symbol }

/**
 * The normalised form of a typed address: without spaces and invisible characters at its ends, lower case, domain in punycode with
 * valid labels. Dots and `+tags` stay. An invisible character inside is a fault: `findInvisible` of the trimmed text says which.
 * Departs from RFC 5321 §2.4 on purpose: no provider in use distinguishes `A@` from `a@`, and people type both.
 */
export function normaliseAddress(typed: string): Result<Address, AddressFault> {
  const text = trimUnseen(typed)
  if (text === '') return err('empty')
  if (text.length > MAX_ADDRESS_OCTETS * 2) return err('too-long')
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) return err('no-domain')
  if (findInvisible(text.replace(DOMAIN_JOINERS, '')) !== null) return err('invisible')
  const local = text.slice(0, at)
  if (!DOT_ATOM.test(local) || local.length > MAX_LOCAL_OCTETS) return err('local-part')
  const domain = toAsciiDomain(text.slice(at + 1))
  if (domain === null) return err(findInvisible(text) === null ? 'domain' : 'invisible')
  const address = `${local.toLowerCase()}@${domain}`
  return address.length > MAX_ADDRESS_OCTETS ? err('too-long') : ok(address as Address)
}

/** Results for recent domains. Most people share a few domains, and a dispatch reads every address. */
const asciiDomains = new Map<string, string | null>()
const MAX_CACHED_DOMAINS = 1_000

function toAsciiDomain(domain: string): string | null {
  const known = asciiDomains.get(domain)
  if (known !== undefined) return known
  if (asciiDomains.size >= MAX_CACHED_DOMAINS) asciiDomains.clear()
  const ascii = asciiOf(domain)
  asciiDomains.set(domain, ascii)
  return ascii
}

/**
 * The domain in ASCII, null when invalid. Uses UTS 46 of the URL parser, which accepts `a_b..c` and `1.2` (an IPv4
 * address), so labels are checked again. The URL parser also drops control characters at the ends, so those are refused
 * first.
 */
function asciiOf(domain: string): string | null {
  if (/[\s\p{Cc}/\\?#:@%[\]]/u.test(domain)) return null
  let ascii: string
  try {
    ascii = new URL(`http://${domain}`).hostname
  } catch {
    return null
  }
  const labels = ascii.split('.')
  const last = labels.at(-1) ?? ''
  if (labels.length < 2 || /^\d+$/.test(last)) return null
  return labels.every((label) => LABEL.test(label) && label.length <= MAX_LABEL_OCTETS) ? ascii : null
}

/**
 * Whether an address is in a domain reserved by RFC 2606 or RFC 6761. Mail there must never leave through a real
 * transport (DESIGN §5.5).
 */
export const isReserved = (address: string): boolean =>
  /[@.](example|invalid|test|localhost)$|[@.]example\.(com|net|org)$/.test(address)

/** Hexadecimal characters of a fingerprint: 128 bits, so that no two addresses ever share one. */
export const FINGERPRINT_CHARS = 32

const FINGERPRINT = /^[0-9a-f]{32}$/
export const isFingerprint = (text: string): boolean => FINGERPRINT.test(text)

/** Returns the fingerprint of an address: the only form of an address in keys, ledgers, logs and errors. */
export type Fingerprinter = (address: Address) => Promise<string>

/** Makes fingerprints with HMAC-SHA-256 under the key FINGERPRINT_KEY. */
export async function fingerprinter(secret: Uint8Array<ArrayBuffer>): Promise<Fingerprinter> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return async (address) =>
    toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(address)), 0, FINGERPRINT_CHARS / 2))
}

/** The mailbox of an address, for limits only: without `+tag`, and without dots for Gmail. Never stored and never written to. */
export function mailboxOf(address: Address): Address {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const base = address.slice(0, at).replace(/(?<=.)\+.*$/, '')
  const gmail = domain === 'gmail.com' || domain === 'googlemail.com'
  return (gmail ? `${base.replaceAll('.', '')}@gmail.com` : `${base}@${domain}`) as Address
}
