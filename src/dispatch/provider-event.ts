/** What a provider says became of a mail, or of the person it went to. */
export const EVENT_KINDS = ['delivered', 'deferred', 'bounced', 'complained', 'unsubscribed'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/**
 * Why a mail came back. `hard`: there is no such mailbox. `soft`: not now, and the provider has given up. `refused`: this mail was not
 * wanted (too large, its content, the sender's standing), which says nothing against the address.
 */
export type Permanence = 'hard' | 'soft' | 'refused'

/** An event as everything behind the edge knows it: the address is a fingerprint by now. */
export type ProviderEvent = {
  id: string // hash of the provider's own name for it
  kind: EventKind
  permanence?: Permanence // of a bounce
  fingerprint: string
  dispatch?: string
  at: number // when it happened, epoch ms
}
