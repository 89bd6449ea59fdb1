import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { giveUp, newBatchHeader, startAttempt } from '../../../src/delivery/batch.ts'
import { bitOf, noDeliveryCounts } from '../../../src/delivery/delivery-events.ts'
import type { NewBatch } from '../../../src/delivery/ledger-rows.ts'
import { RecipientStatuses } from '../../../src/delivery/recipient-statuses.ts'
import type { DatabaseHost } from '../../../src/storage/database.ts'
import type { EventKind } from '../../../src/suppression/provider-event.ts'
import { openLane } from '../../support/open-databases.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

let objects = 0
const withHost = <T>(run: (host: DatabaseHost) => T): Promise<T> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`events-${++objects}`), (_, ctx) => run(ctx))

const fingerprint = (n: number) => n.toString(16).padStart(32, '0')
const PEOPLE = 12
/** Three batches of four people each. Their fingerprints interleave, as in three languages. */
const batches: NewBatch[] = [1, 2, 3].map((id) => ({
  head: {
    ...newBatchHeader(id, ['en', 'fr', 'kk'][id - 1] ?? '', 4),
    state: 'settled',
    statuses: RecipientStatuses.parse('aaaa'),
  },
  people: [0, 1, 2, 3].map((n) => fingerprint(n * 3 + id - 1)),
  recipients: new Uint8Array([1]),
}))

const KINDS = ['delivered', 'deferred', 'bounced', 'complained'] as const
const bits = (events: Array<[number, EventKind]>) => {
  const all = new Map<string, number>()
  for (const [n, kind] of events) all.set(fingerprint(n), (all.get(fingerprint(n)) ?? 0) | bitOf(kind))
  return all
}

test('each person counts once, by the most serious event, in whatever order and however often events arrive', async () => {
  const said = fc.array(fc.tuple(fc.nat(PEOPLE + 2), fc.constantFrom<EventKind>(...KINDS, 'unsubscribed')), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(said, fc.nat(40), (events, cut) =>
      withHost((host) => {
        const lane = openLane(host)
        for (const made of batches) lane.ledger.insert(made)
        for (const part of [events.slice(cut), events.slice(0, cut), events]) lane.recordEvents(bits(part))
        const expected = noDeliveryCounts()
        for (let n = 0; n < PEOPLE; n++) {
          const last = KINDS.findLast((kind) => events.some(([who, what]) => who === n && what === kind))
          if (last !== undefined) expected[last]++
        }
        expect(lane.report().delivery).toEqual(expected)
        expect(openLane(host).report().delivery).toEqual(expected)
      }),
    ),
    { numRuns: 60 },
  )
})

test('an event that arrives before the call is recorded is stored, and the record does not change it', async () => {
  await withHost((host) => {
    const lane = openLane(host)
    const head = startAttempt(newBatchHeader(1, 'en', 2), 'hash', 'outbox', 1)
    lane.ledger.insert({ head, people: [fingerprint(1), fingerprint(2)], recipients: new Uint8Array([1]) })
    lane.recordEvents(bits([[1, 'delivered']]))
    lane.ledger.save({ ...head, state: 'settled', statuses: RecipientStatuses.parse('aa') })
    expect(lane.report()).toMatchObject({ counts: { accepted: 2 }, delivery: { delivered: 1 } })
  })
})

test('the report of an uncertain batch counts the people with provider events', async () => {
  await withHost((host) => {
    const lane = openLane(host)
    const head = giveUp(startAttempt(newBatchHeader(1, 'en', 3), 'hash', 'outbox', 1), 'cut')
    lane.ledger.insert({ head, people: [1, 2, 3].map(fingerprint), recipients: new Uint8Array([1]) })
    expect(lane.report().uncertain).toMatchObject([{ people: 3, heard: 0 }])
    lane.recordEvents(
      bits([
        [1, 'delivered'],
        [3, 'bounced'],
      ]),
    )
    expect(lane.report().uncertain).toMatchObject([{ people: 3, heard: 2 }])
  })
})

test('no event is stored for people without a call: in no batch yet, cancelled before, or of another dispatch', async () => {
  await withHost((host) => {
    const lane = openLane(host)
    const head = { ...newBatchHeader(1, 'en', 2), state: 'settled' as const, statuses: RecipientStatuses.parse('ca') }
    lane.commitPlan(
      { prefix: 0, done: false, remaining: { en: [fingerprint(7)] }, tally: {}, damaged: 0 },
      new Uint8Array([1]),
      [{ head, people: [fingerprint(1), fingerprint(2)], recipients: new Uint8Array([1]) }],
    )
    lane.recordEvents(
      bits([
        [1, 'bounced'],
        [7, 'bounced'],
        [9, 'complained'],
      ]),
    )
    expect(lane.report().delivery).toEqual(noDeliveryCounts())
  })
})

test('events of a thousand people of one batch write one row, and repeated events none', async () => {
  await withHost((host) => {
    const lane = openLane(host)
    const people = Array.from({ length: 1_000 }, (_, n) => fingerprint(n))
    const head = {
      ...newBatchHeader(1, 'en', 1_000),
      state: 'settled' as const,
      statuses: RecipientStatuses.all('accepted', 1_000),
    }
    lane.ledger.insert({ head, people, recipients: new Uint8Array([1]) })
    const exec = vi.spyOn(Object.getPrototypeOf(host.storage.sql), 'exec')
    const all = bits(people.map((_, n) => [n, 'delivered']))
    lane.recordEvents(all)
    lane.recordEvents(all)
    const written = exec.mock.calls.filter(([query]) => /INSERT|UPDATE|DELETE/.test(String(query)))
    expect(written).toHaveLength(1)
    exec.mockRestore()
  })
})
