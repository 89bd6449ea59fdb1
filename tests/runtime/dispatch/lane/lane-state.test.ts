import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BatchHeader, giveUp, newBatchHeader, startAttempt } from '../../../../src/delivery/batch.ts'
import { LEDGER_DAYS, RECIPIENT_DAYS } from '../../../../src/delivery/ledger.ts'
import { RecipientStatuses } from '../../../../src/delivery/recipient-statuses.ts'
import type { LaneState } from '../../../../src/dispatch/lane/lane-state.ts'
import type { LaneControl, LaneTask } from '../../../../src/dispatch/lane/lane-task.ts'
import { openLane } from '../../../support/open-databases.ts'
import { bindings } from '../../../support/visitor.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 10, 22)
const ORDER: LaneTask = {
  request: {
    id: 'd',
    campaign: 'ferry',
    revision: '0123456789ab',
    email: 'appeal',
    audience: {},
    sendAt: START,
    dryRun: false,
    createdAt: START,
    createdBy: 'organiser',
    needsApproval: false,
  },
  index: 0,
  lanes: 1,
  prefixes: ['supporter/'],
  locales: ['en'],
  maxBatch: 2,
}

let objects = 0

/** Runs `run` on an empty storage. Its argument opens the lane as a new instance would. */
const withLane = <T>(run: (instance: () => LaneState) => T): Promise<T> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`lane-${++objects}`), (_, ctx) => run(() => openLane(ctx)))

const SEALED = new Uint8Array([1, 2, 3])
const fingerprint = (n: number) => String(n).padStart(32, '0')

/** A lane that has planned one batch for each of these headers. */
function planned(lane: LaneState, heads: BatchHeader[], more: { remaining?: number } = {}): void {
  lane.begin(ORDER)
  const batches = heads.map((head) => ({
    head,
    people: Array.from({ length: head.statuses.size }, (_, i) => fingerprint(head.id * 10 + i)),
    recipients: SEALED,
  }))
  const pending = Array.from({ length: more.remaining ?? 0 }, (_, i) => fingerprint(90 + i))
  const remaining: Record<string, string[]> = more.remaining === undefined ? {} : { en: pending }
  const left = more.remaining === undefined ? null : SEALED
  lane.commitPlan({ prefix: 0, done: more.remaining === undefined, remaining, tally: {}, damaged: 0 }, left, batches)
}

const WAITING = newBatchHeader(1, 'en', 2)
const ATTEMPTED = startAttempt(newBatchHeader(2, 'en', 2), 'hash', 'outbox', START)
const UNCERTAIN = giveUp({ ...ATTEMPTED, id: 3 }, 'cut')
const SETTLED: BatchHeader = {
  ...newBatchHeader(4, 'en', 2),
  state: 'settled',
  statuses: RecipientStatuses.parse('aa'),
}

const sums = (lane: LaneState) => {
  const { planned, ...parts } = lane.report().counts
  expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(planned)
  return lane.report().counts
}

test('a running lane has no retention end', async () => {
  await withLane((instance) => {
    planned(instance(), [WAITING, ATTEMPTED, UNCERTAIN])
    expect(instance().retentionAt()).toBeNull()
    expect(instance().retain(START + 1_000 * DAY_MS)).toBeNull()
    expect(instance().ledger.body(3).recipients).toEqual(SEALED)
  })
})

test('a lane that is paused for too long is cancelled: no person waits, and no recipient is stored', async () => {
  await withLane((instance) => {
    planned(instance(), [WAITING, ATTEMPTED, UNCERTAIN, SETTLED], { remaining: 3 })
    instance().control('pause', START)
    const end = START + RECIPIENT_DAYS * DAY_MS
    expect(instance().retentionAt()).toBe(end)
    expect(instance().retain(end - 1)).toBe(end)
    expect(instance().ledger.body(1).recipients).toEqual(SEALED)
    expect(instance().remainders()).toEqual(SEALED)

    expect(instance().retain(end)).toBe(end + LEDGER_DAYS * DAY_MS)
    const lane = instance()
    expect(lane.isCancelled()).toBe(true)
    expect(sums(lane)).toMatchObject({ planned: 11, waiting: 0, cancelled: 5, uncertain: 4, accepted: 2 })
    expect(lane.remainders()).toBeNull()
    for (const id of [1, 2, 3]) expect(lane.ledger.body(id).recipients).toBeNull()
    expect(lane.resolve([{ id: 3, generation: 1 }], 'send-again', end)).toEqual([])
    expect(lane.resolve([{ id: 3, generation: 1 }], 'count-as-sent', end)).toEqual([3])
  })
})

test('a finished lane keeps uncertain recipients and fingerprints for their days of retention', async () => {
  await withLane((instance) => {
    planned(instance(), [UNCERTAIN, SETTLED])
    instance().finish(START)
    const end = START + RECIPIENT_DAYS * DAY_MS
    expect(instance().retentionAt()).toBe(end)
    expect(instance().retain(end)).toBe(START + LEDGER_DAYS * DAY_MS)
    expect(instance().ledger.body(3).recipients).toBeNull()
    expect(instance().reachAmong([fingerprint(30), fingerprint(99)], 'unless-cancelled').reached).toEqual([
      fingerprint(30),
    ])
    expect(instance().retain(START + LEDGER_DAYS * DAY_MS)).toBeNull()
    expect(instance().reachAmong([fingerprint(30)], 'unless-cancelled').reached).toEqual([])
  })
})

test('in every state the next retention check is later than the one before, and the checks end', async () => {
  const someHeads = fc.subarray([WAITING, ATTEMPTED, UNCERTAIN, SETTLED])
  const control = fc.constantFrom<LaneControl | 'finish'>('pause', 'cancel', 'finish')
  await fc.assert(
    fc.asyncProperty(someHeads, control, fc.option(fc.integer({ min: 1, max: 2 })), (heads, act, remaining) =>
      withLane((instance) => {
        planned(instance(), heads, remaining === null ? {} : { remaining })
        if (act === 'finish') instance().finish(START)
        else instance().control(act, START)
        const before = instance().report().counts.planned
        let at = instance().retentionAt()
        for (let looks = 0; at !== null; looks++) {
          expect(looks).toBeLessThan(5)
          const next = instance().retain(at)
          if (next !== null) {
            expect(next).toBeGreaterThan(at)
            expect(sums(instance()).planned).toBe(before)
          }
          at = next
        }
        expect(instance().reachAmong([10, 20, 30, 40].map(fingerprint), 'unless-cancelled').reached).toEqual([])
      }),
    ),
    { numRuns: 40 },
  )
})

test('a late message about an earlier state of the dispatch changes nothing, also in a reopened lane', async () => {
  await withLane((instance) => {
    const lane = instance()
    lane.begin(ORDER)
    lane.control('pause', START, 3)
    lane.control('run', START, 2) // the resume before that pause
    expect(lane.mayRun()).toBe(false)
    expect(instance().mayRun()).toBe(false)
    instance().control('run', START, 4)
    const again = instance()
    again.control('run', START, 6)
    again.control('pause', START, 5)
    expect(instance().mayRun()).toBe(true)
  })
})

test('a pause or cancel that arrives before the task stays in force; resuming ends the pause', async () => {
  await withLane((instance) => {
    instance().control('cancel', START)
    planned(instance(), [])
    expect(instance().mayRun()).toBe(false)
    instance().control('run', START)
    expect(instance().isIdle()).toBe(true)
  })
  await withLane((instance) => {
    instance().control('pause', START)
    instance().begin(ORDER)
    expect(instance().isIdle()).toBe(true)
    instance().control('run', START)
    expect(instance().isIdle()).toBe(false)
  })
})

test('batches sent again during a pause wait for the resume, and the retention end stays', async () => {
  await withLane((instance) => {
    planned(instance(), [UNCERTAIN])
    instance().control('pause', START)
    expect(instance().resolve([{ id: 3, generation: 1 }], 'send-again', START + DAY_MS)).toEqual([3])
    expect(instance().isIdle()).toBe(true)
    expect(instance().retentionAt()).toBe(START + RECIPIENT_DAYS * DAY_MS)
    instance().control('run', START + 2 * DAY_MS)
    expect(instance().hasWork()).toBe(true)
  })
})

test('people in no batch yet count as reached, until a cancel releases them', async () => {
  await withLane((instance) => {
    planned(instance(), [WAITING, { ...WAITING, id: 5, statuses: RecipientStatuses.parse('cw') }], { remaining: 2 })
    const everybody = [10, 11, 50, 51, 90, 91].map(fingerprint)
    expect(instance().reachAmong(everybody, 'unless-cancelled').reached.sort()).toEqual(
      [10, 11, 51, 90, 91].map(fingerprint),
    )
    instance().control('pause', START)
    expect(instance().reachAmong(everybody, 'unless-cancelled').reached).toHaveLength(5)
    instance().control('cancel', START)
    expect(instance().reachAmong(everybody, 'unless-cancelled').reached).toEqual([])
    expect(sums(instance())).toMatchObject({ planned: 6, cancelled: 6 })
  })
})
