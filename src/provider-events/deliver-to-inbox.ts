import { eventInboxOf } from '../objects.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'
import type { ReportRefusal } from './provider.ts'

/** Stores events in the event inboxes, chosen by the first digit of the event id. Resolves when all are stored. */
export async function deliverToInbox(env: Env, events: readonly FingerprintedEvent[]): Promise<void> {
  const shares = [...Map.groupBy(events, ({ id }) => id.charAt(0))]
  await Promise.all(shares.map(([digit, share]) => eventInboxOf(env, digit).record(share)))
}

/** Has an event inbox, chosen at random, read and store a verified batch. Returns why it is refused, or null once it is stored. */
export function storeBatch(env: Env, provider: string, body: Uint8Array<ArrayBuffer>): Promise<ReportRefusal | null> {
  return eventInboxOf(env, crypto.randomUUID()).recordBatch(provider, body)
}
