/** Origin of a request by its Origin header (RFC 6454 §7). Browsers set this header; scripts of a page cannot. */
export type RequestOrigin =
  | { kind: 'own' }
  | { kind: 'partner'; origin: string }
  | { kind: 'unnamed' }
  | { kind: 'foreign' }

/** Classifies an Origin header. A missing header and `null` (private and sandboxed pages) are `unnamed`. */
export function classifyOrigin(
  header: string | undefined,
  own: readonly string[],
  partners: readonly string[],
): RequestOrigin {
  if (header === undefined || header === 'null') return { kind: 'unnamed' }
  if (own.includes(header)) return { kind: 'own' }
  return partners.includes(header) ? { kind: 'partner', origin: header } : { kind: 'foreign' }
}
