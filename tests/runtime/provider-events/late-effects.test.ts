import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noticesOf } from '../../../src/objects.ts'
import { EventInbox } from '../../../src/provider-events/event-inbox.ts'
import type { FingerprintedEvent } from '../../../src/provider-events/fingerprinted-event.ts'
import { bindings } from '../../support/visitor.ts'

const START = Date.UTC(2030, 10, 30, 11)
const MINUTE_MS = 60_000

beforeEach(async () => {
  await reset()
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const suppression = { getByName: () => ({ record: () => Promise.reject(new Error('overloaded')) }) }
const failing: Env = { ...bindings, SUPPRESSION: suppression as never }
const event: FingerprintedEvent = {
  id: 'one',
  event: { id: 'one', kind: 'bounced', permanence: 'hard', fingerprint: 'a'.repeat(32), at: START },
}
const late = async () =>
  (await noticesOf(bindings).list()).filter(({ kind }) => kind === 'event-effects-late').map(({ count }) => count)

test('organisers are told of effects of events that fail for an hour, although the object restarts', () =>
  runInDurableObject(bindings.EVENT_INBOX.getByName('late'), async (_, ctx) => {
    const at = async (minutes: number, env: Env) => {
      vi.setSystemTime(START + minutes * MINUTE_MS)
      await new EventInbox(ctx, env).alarm()
    }
    await new EventInbox(ctx, failing).record([event])
    for (const minutes of [0, 10, 20, 40, 59]) await at(minutes, failing)
    expect(await late()).toEqual([])
    for (const minutes of [61, 71, 81]) await at(minutes, failing)
    expect(await late()).toEqual([1])
    await at(91, bindings)
    await new EventInbox(ctx, failing).record([{ ...event, id: 'two' }])
    for (const minutes of [100, 130, 150]) await at(minutes, failing) // a new failure: not yet an hour
    expect(await late()).toEqual([1])
    await ctx.storage.deleteAlarm()
  }))
