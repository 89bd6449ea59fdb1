import type { Address } from './address.ts'

/** Longest second-level label that is taken for a registry's own, as in `co.uk`, `com.au` and `org.kz`. */
const REGISTRY_LABEL_CHARS = 3

/**
 * The registered domain of an address, as `@example.org`, for limits only: whoever owns it can make any number of subdomains. A guess
 * without a list of registries, which rather joins two domains than lets one pass for many.
 */
export function registrableDomainOf(address: Address): Address {
  const labels = address.slice(address.lastIndexOf('@') + 1).split('.')
  const [top = '', second = ''] = labels.toReversed()
  const isRegistry = top.length === 2 && second.length <= REGISTRY_LABEL_CHARS
  return `@${labels.slice(isRegistry ? -3 : -2).join('.')}` as Address
}
