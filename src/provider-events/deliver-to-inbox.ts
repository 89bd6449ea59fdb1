import { eventInboxOf } from '../objects.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'

/** Stores events in the event inboxes, chosen by the first digit of the event id. Resolves when all are stored. */
export async function deliverToInbox(env: Env, events: readonly FingerprintedEvent[]): Promise<void> {
  const shares = [...Map.groupBy(events, ({ id }) => id.charAt(0))]
  await Promise.all(shares.map(([digit, share]) => eventInboxOf(env, digit).record(share)))
}
