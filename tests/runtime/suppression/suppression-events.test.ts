import { reset, runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { suppressionOf } from '../../../src/objects.ts'
import type { ProviderEvent } from '../../../src/suppression/provider-event.ts'
import { SOFT_BOUNCES } from '../../../src/suppression/soft-bounces.ts'
import { BOUNCE_COUNTS_MS } from '../../../src/suppression/suppression-rules.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const NOW = Date.now()
const ANNA = 'a'.repeat(32)
const suppression = () => suppressionOf(bindings)
const record = (...events: ProviderEvent[]) => suppression().record(events, NOW)
/** People whom an event has removed from the list. */
const removed = async () => (await suppression().recentChanges('', 'g')).map(({ fingerprint }) => fingerprint)
const currentReason = async (fingerprint = ANNA) => (await suppression().status(fingerprint)).reason ?? null

let ids = 0
const event = (kind: ProviderEvent['kind'], minutesAgo: number, more: Partial<ProviderEvent> = {}): ProviderEvent => ({
  id: String(ids++),
  kind,
  fingerprint: ANNA,
  at: NOW - minutesAgo * 60_000,
  ...more,
})
const hard = (minutesAgo: number) => event('bounced', minutesAgo, { permanence: 'hard' })
const soft = (minutesAgo: number) => event('bounced', minutesAgo, { permanence: 'soft' })
const softs = (from: number, n = SOFT_BOUNCES) => Array.from({ length: n }, (_, i) => soft(from - i))

test('a hard bounce, a complaint and an unsubscribe suppress at once; other bounces, delays and deliveries do not', async () => {
  await record(event('delivered', 9), event('deferred', 8), soft(7), event('bounced', 6, { permanence: 'refused' }))
  expect(await currentReason()).toBeNull()
  for (const [weightier, reason] of [
    [hard(5), 'bounced'],
    [event('unsubscribed', 4), 'unsubscribed'],
    [event('complained', 3), 'complained'],
  ] as const) {
    await record(weightier)
    expect(await currentReason()).toBe(reason)
  }
})

test('five consecutive soft bounces suppress; a delivery resets the count, and a repeated report counts once', async () => {
  const four = softs(60, 4)
  await record(...four, ...four)
  expect(await currentReason()).toBeNull()
  await record(event('delivered', 50), ...softs(40, 4))
  expect(await currentReason()).toBeNull()
  await record(soft(30))
  expect(await currentReason()).toBe('bounced')
  expect(await suppression().suppressedAmong([ANNA])).toEqual([ANNA])
})

test('refused mails never suppress', async () => {
  for (let i = 0; i < 20; i++) await record(event('bounced', i, { permanence: 'refused' }))
  expect(await currentReason()).toBeNull()
})

test('a bounce older than the sign-up is ignored; a complaint is not', async () => {
  await suppression().admit(ANNA, NOW - 10 * 60_000)
  await record(hard(11), event('unsubscribed', 12), ...softs(100))
  expect(await removed()).toEqual([])
  expect(await currentReason()).toBeNull()
  await record(event('complained', 12))
  expect(await currentReason()).toBe('complained')
})

test('the next sign-up lifts a bounce, and a repeated report of the bounce changes nothing', async () => {
  const bounce = hard(20)
  await record(bounce)
  expect(await suppression().admit(ANNA, NOW - 10 * 60_000)).toBe('first')
  await record(bounce)
  expect(await currentReason()).toBeNull()
})

test('bounces older than a confirmation link are ignored', async () => {
  const old = (BOUNCE_COUNTS_MS + 60_000) / 60_000
  await record(hard(old), ...softs(old + 10))
  expect(await currentReason()).toBeNull()
  await record(event('unsubscribed', old))
  expect(await removed()).toEqual([ANNA])
})

test('people who complained or unsubscribed are removed from the list, not those who bounced', async () => {
  const boris = 'b'.repeat(32)
  const clara = 'c'.repeat(32)
  await record(
    hard(3),
    event('unsubscribed', 2, { fingerprint: boris }),
    event('complained', 2, { fingerprint: clara }),
  )
  expect(await removed()).toEqual([boris, clara])
})

const MANY = 1_000
const stream = fc
  .array(
    fc.record({
      minutesAgo: fc.integer({ min: 1, max: 40 }),
      what: fc.oneof(
        { weight: 12, arbitrary: fc.constant('soft') },
        { weight: 1, arbitrary: fc.constantFrom('hard', 'complained', 'unsubscribed', 'refused', 'deferred') },
      ),
    }),
    { minLength: 4, maxLength: 16 },
  )
  .chain((events) =>
    fc.record({
      events: fc.constant(events),
      order: fc.shuffledSubarray(
        events.flatMap((_, i) => [i, i + MANY]), // each twice
        { minLength: events.length * 2 },
      ),
      cuts: fc.array(fc.boolean(), { minLength: events.length * 2, maxLength: events.length * 2 }),
    }),
  )

test('the order, repetition and grouping of events do not change who is suppressed', async () => {
  let people = 0
  const seen = new Set<unknown>()
  await fc.assert(
    fc.asyncProperty(stream, async ({ events, order, cuts }) => {
      const made = events.map(({ what, minutesAgo }, i) => ({
        ...(what === 'soft' || what === 'hard' || what === 'refused'
          ? event('bounced', minutesAgo, { permanence: what })
          : event(what as ProviderEvent['kind'], minutesAgo)),
        at: NOW - minutesAgo * 60_000 - i, // no two events at the same time
      }))
      const of = (fingerprint: string) => (i: number) =>
        made.slice(i % MANY, (i % MANY) + 1).map((one) => ({ ...one, fingerprint }))
      const [straight, shuffled] = [people++, people++].map((n) => n.toString(16).padStart(32, '0')) as [string, string]
      await runInDurableObject(suppression(), async (object) => {
        await object.record(
          made.map((one) => ({ ...one, fingerprint: straight })).sort((a, b) => a.at - b.at),
          NOW,
        )
        const call: ProviderEvent[] = []
        for (const [n, i] of order.entries()) {
          call.push(...of(shuffled)(i))
          if (cuts[n]) await object.record(call.splice(0), NOW)
        }
        await object.record(call, NOW)
        const { reason, since } = object.status(straight)
        seen.add(reason)
        expect(object.status(shuffled)).toEqual(reason === undefined ? {} : { reason, since })
      })
    }),
    { numRuns: 400 },
  )
  expect(seen).toEqual(new Set([undefined, 'bounced', 'unsubscribed', 'complained']))
})

test('repeated reports of one soft bounce count once', async () => {
  await record(...softs(60, 12).map((bounce) => ({ ...bounce, dispatch: 'd-1' })))
  expect(await currentReason()).toBeNull()
  await record(...softs(40, 4).map((bounce, n) => ({ ...bounce, dispatch: `d-${n + 2}` })))
  expect(await currentReason()).toBe('bounced')
})

test('deliveries to people without soft bounces store nothing', async () => {
  const crowd = Array.from({ length: 500 }, (_, n) =>
    event('delivered', 5, { fingerprint: String(n).padStart(32, '0') }),
  )
  await record(...crowd)
  await runInDurableObject(suppression(), (_, { storage }) =>
    expect(storage.sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM soft_bounce').one().n).toBe(0),
  )
})
