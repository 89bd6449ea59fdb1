/** Who sent a form, by the Origin header (RFC 6454 §7), which browsers set and pages cannot. */
export type RequestOrigin =
  | { kind: 'own' }
  | { kind: 'partner'; origin: string }
  | { kind: 'unnamed' }
  | { kind: 'foreign' }

/** `null`, which browsers send for private and sandboxed pages, names nobody, as does no header at all. */
export function classifyOrigin(
  header: string | undefined,
  own: readonly string[],
  partners: readonly string[],
): RequestOrigin {
  if (header === undefined || header === 'null') return { kind: 'unnamed' }
  if (own.includes(header)) return { kind: 'own' }
  return partners.includes(header) ? { kind: 'partner', origin: header } : { kind: 'foreign' }
}
