import { eventInboxOf } from '../objects.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'

/** Hands events to the objects that keep them, by the first digit of their ids; returns once all of them are safe. */
export async function deliverToInbox(env: Env, events: readonly FingerprintedEvent[]): Promise<void> {
  const shares = [...Map.groupBy(events, ({ id }) => id.charAt(0))]
  await Promise.all(shares.map(([digit, share]) => eventInboxOf(env, digit).record(share)))
}
