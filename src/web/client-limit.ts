import { sha256Hex } from '../kit/bytes.ts'
import { keyedHash } from '../security/keyed-hash.ts'
import type { Keyring } from '../security/keyring.ts'

/** Period in seconds of the rate limits in wrangler.toml. A refused client is asked to wait this long. */
export const LIMIT_PERIOD_SECONDS = 60

/**
 * Groups of an IPv6 address that identify a network: a /48, the largest block that one site gets (RFC 6177 §2). A site can change
 * the other groups at will, so limits by /64 would give it 65,536 clients.
 */
const IPV6_NETWORK_GROUPS = 3
/** Parts of an IPv4 address that identify a network: a /24, the smallest block that is routed. */
const IPV4_NETWORK_PARTS = 3

/** Whether a client is within its rate limit. The limiter gets a keyed hash of the network, never the IP address. */
export async function isWithinLimit(limiter: RateLimit, keys: Keyring, ip: string | undefined): Promise<boolean> {
  const { success } = await limiter.limit({ key: await clientKey(keys, ip ?? '') })
  return success
}

/** Whether a form stamp is within its limit of uses. Nothing is stored: the limiter counts a hash of the stamp for a minute. */
export async function isWithinStampLimit(limiter: RateLimit, stamp: string): Promise<boolean> {
  const { success } = await limiter.limit({ key: await sha256Hex(stamp) })
  return success
}

/** Keyed hash of a client: one key per IPv4 address or IPv6 /48. Clients without an address share one key. */
export const clientKey = (keys: Keyring, ip: string): Promise<string> => keyedHash(keys, 'client', clientOf(ip))

/** Keyed hash of a client's network: one key per IPv4 /24 or IPv6 /48. Clients without an address share one key. */
export function networkKey(keys: Keyring, ip: string): Promise<string> {
  const client = clientOf(ip)
  const network = client.includes('.') ? client.split('.').slice(0, IPV4_NETWORK_PARTS).join('.') : client
  return keyedHash(keys, 'client-network', network)
}

function clientOf(ip: string): string {
  if (!ip.includes(':')) return ip
  if (ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1) // IPv4 in IPv6, such as ::ffff:192.0.2.1
  const [head = '', tail] = ip.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  const groups = [...before, ...zeros, ...after].slice(0, IPV6_NETWORK_GROUPS)
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')
}
