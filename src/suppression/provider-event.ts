import * as z from 'zod'

/** What a provider says became of a mail, or of the person it went to. */
export const EVENT_KINDS = ['delivered', 'deferred', 'bounced', 'complained', 'unsubscribed'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/**
 * Why a mail came back. `hard`: there is no such mailbox. `soft`: not now, and the provider has given up. `refused`: this mail was not
 * wanted (too large, its content, the sender's standing), which says nothing against the address.
 */
const permanence = z.enum(['hard', 'soft', 'refused'])
export type Permanence = z.infer<typeof permanence>

/** An event as everything behind the edge knows it: the address is a fingerprint by now. */
export const providerEvent = z.object({
  id: z.string(), // hash of the provider's own name for it
  kind: z.enum(EVENT_KINDS),
  permanence: permanence.exactOptional(), // of a bounce
  fingerprint: z.string(),
  dispatch: z.string().exactOptional(),
  at: z.number(), // when it happened, epoch ms
})
export type ProviderEvent = z.infer<typeof providerEvent>
