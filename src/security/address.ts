import { toHex, utf8 } from '../kit/bytes.ts'
import { err, ok, type Result } from '../kit/result.ts'

/** RFC 5321 §4.5.3.1 limits, in octets: the whole path without brackets, the part before the @, one DNS label. */
const MAX_ADDRESS_OCTETS = 254
const MAX_LOCAL_OCTETS = 64
const MAX_LABEL_OCTETS = 63

/** RFC 5322 dot-atom. Quoted local parts are legal and in practice only ever typed by attackers; SMTPUTF8 is not carried by most providers. */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

export type AddressFault = 'empty' | 'too-long' | 'no-domain' | 'local-part' | 'domain'

/** An address in the one form that is ever fingerprinted, stored or written to. */
export type Address = string & { readonly __normalised: unique symbol }

/**
 * Trim, domain to lower-case punycode with valid labels, local part lower-cased; dots and `+tags` stay.
 * Lower-casing the local part departs from RFC 5321 §2.4 on purpose: no provider in use tells `A@` from `a@`, people do type both.
 */
export function normaliseAddress(typed: string): Result<Address, AddressFault> {
  const text = typed.trim()
  if (text === '') return err('empty')
  if (text.length > MAX_ADDRESS_OCTETS * 2) return err('too-long')
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) return err('no-domain')
  const local = text.slice(0, at)
  if (!DOT_ATOM.test(local) || local.length > MAX_LOCAL_OCTETS) return err('local-part')
  const domain = toAsciiDomain(text.slice(at + 1))
  if (domain === null) return err('domain')
  const address = `${local.toLowerCase()}@${domain}`
  return address.length > MAX_ADDRESS_OCTETS ? err('too-long') : ok(address as Address)
}

/** Domains looked at lately: most people share a few, and a dispatch reads everybody's. */
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
 * UTS 46 by the URL parser, which lets `a_b..c` and `1.2` (an IPv4 address) pass: the labels are checked again.
 * It also drops control characters at the ends, so those are refused before.
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

/** Reserved by RFC 2606 and RFC 6761: mail to these must never leave through a real transport (DESIGN §5.5). */
export const isReserved = (address: string): boolean =>
  /[@.](example|invalid|test|localhost)$|[@.]example\.(com|net|org)$/.test(address)

/** Hexadecimal characters of a fingerprint: 128 bits, far beyond any chance of two people sharing one. */
export const FINGERPRINT_CHARS = 32

const FINGERPRINT = /^[0-9a-f]{32}$/
export const isFingerprint = (text: string): boolean => FINGERPRINT.test(text)

/** The only form in which an address appears in a key, a ledger, a log or an error. */
export type Fingerprinter = (address: Address) => Promise<string>

export async function fingerprinter(secret: Uint8Array<ArrayBuffer>): Promise<Fingerprinter> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return async (address) =>
    toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(address)), 0, FINGERPRINT_CHARS / 2))
}

/**
 * The mailbox an address leads to, for limits only: without `+tag`, and without dots where the provider ignores them.
 * Never stored and never written to.
 */
export function mailboxOf(address: Address): Address {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const base = address.slice(0, at).replace(/(?<=.)\+.*$/, '')
  const gmail = domain === 'gmail.com' || domain === 'googlemail.com'
  return (gmail ? `${base.replaceAll('.', '')}@gmail.com` : `${base}@${domain}`) as Address
}
