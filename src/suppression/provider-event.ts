import * as z from 'zod'

/** What a provider reports about a mail or its recipient. */
const EVENT_KINDS = ['delivered', 'deferred', 'bounced', 'complained', 'unsubscribed'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/**
 * Class of a bounce. `hard`: no such mailbox. `soft`: temporary, and the provider has given up. `refused`: this mail was
 * rejected for its size, content or sender; that does not count against the address.
 */
const permanence = z.enum(['hard', 'soft', 'refused'])
export type Permanence = z.infer<typeof permanence>

/** A provider event after the webhook: the address is replaced by its fingerprint. */
export const providerEvent = z.object({
  id: z.string(), // hash of the provider's event id
  kind: z.enum(EVENT_KINDS),
  permanence: permanence.exactOptional(), // only for bounces
  fingerprint: z.string(),
  dispatch: z.string().exactOptional(),
  at: z.number(), // when it happened, epoch ms
})
export type ProviderEvent = z.infer<typeof providerEvent>
