import type { Settings } from '../env.ts'
import { eventInboxOf } from '../objects.ts'
import { type FingerprintedEvent, fingerprintEvent } from './fingerprinted-event.ts'
import { noticeOddEvents } from './odd-events.ts'
import { isOdd, type ReadEvents, type ReportRefusal } from './provider.ts'

/** Stores events in the event inboxes, chosen by the first digit of the event id. Resolves when all are stored. */
export async function deliverToInbox(env: Env, events: readonly FingerprintedEvent[]): Promise<void> {
  const shares = [...Map.groupBy(events, ({ id }) => id.charAt(0))]
  await Promise.all(shares.map(([digit, share]) => eventInboxOf(env, digit).record(share)))
}

/**
 * Stores what a genuine request of a provider says, and tells organisers of its odd events. Returns why the request is refused, or null
 * once it is stored. It is refused if nothing of it could be read; a batch with one good event is not. `now` in epoch ms.
 */
export async function storeEvents(
  env: Env,
  settings: Pick<Settings, 'fingerprint'>,
  provider: string,
  read: ReadEvents,
  now: number,
): Promise<ReportRefusal | null> {
  if ('refused' in read) {
    if (read.status !== undefined) await noticeOddEvents(env, provider, [NOT_JSON])
    return read
  }
  const odd = read.filter(isOdd)
  const events = read.filter((one) => !isOdd(one))
  await deliverToInbox(env, await Promise.all(events.map((one) => fingerprintEvent(provider, one, settings, now))))
  await noticeOddEvents(env, provider, odd)
  const [first] = odd
  if (events.length > 0 || first === undefined || odd.some(({ kind }) => kind === 'unknown')) return null
  const place = first.kind === 'unreadable' ? first.place : ''
  return { refused: `the event ${first.name} lacks a field that Tocsin needs: see ${place}`, status: 422 }
}

const NOT_JSON = { kind: 'unreadable', name: 'not JSON', place: 'the body' } as const

/** Has an event inbox, chosen at random, read and store a verified batch. Returns why it is refused, or null once it is stored. */
export function storeBatch(env: Env, provider: string, body: Uint8Array<ArrayBuffer>): Promise<ReportRefusal | null> {
  return eventInboxOf(env, crypto.randomUUID()).recordBatch(provider, body)
}
