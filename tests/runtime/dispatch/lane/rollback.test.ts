import { expect, test } from 'vitest'
import { type BatchHeader, giveUp, halve, newBatchHeader, startAttempt } from '../../../../src/delivery/batch.ts'
import { LEDGER_DAYS, RECIPIENT_DAYS } from '../../../../src/delivery/ledger.ts'
import type { LaneState } from '../../../../src/dispatch/lane/lane-state.ts'
import type { LaneTask } from '../../../../src/dispatch/lane/lane-task.ts'
import { failingAtEach, type Kind } from '../../../support/failing-statements.ts'
import { openLane } from '../../../support/open-databases.ts'

const NOW = Date.UTC(2030, 5, 3, 12)
const DAY_MS = 86_400_000
const byId = (heads: Iterable<BatchHeader>) => [...heads].sort((a, b) => a.id - b.id)

const ORDER: LaneTask = {
  request: {
    id: 'd',
    campaign: 'ferry',
    revision: '0123456789ab',
    email: 'appeal',
    audience: {},
    sendAt: NOW,
    dryRun: false,
    createdAt: NOW,
    createdBy: 'organiser',
    needsApproval: false,
  },
  index: 0,
  lanes: 1,
  prefixes: ['supporter/'],
  locales: ['en'],
  maxBatch: 2,
}

const SEALED = new Uint8Array([1, 2, 3])
const fingerprint = (n: number) => String(n).padStart(32, '0')
const peopleOf = (id: number, size: number) => Array.from({ length: size }, (_, i) => fingerprint(id * 10 + i))
const WAITING = newBatchHeader(1, 'en', 2)
const ATTEMPTED = startAttempt(newBatchHeader(2, 'kk', 2), 'hash', 'outbox', NOW)
const UNCERTAIN = giveUp({ ...ATTEMPTED, id: 3 }, 'cut')
const made = (head: BatchHeader) => ({ head, people: peopleOf(head.id, head.statuses.size), recipients: SEALED })

const lanes: Kind<LaneState> = {
  open: openLane,
  seen: (lane) => ({
    report: lane.report(),
    begun: lane.hasBegun(),
    states: [lane.mayRun(), lane.isCancelled(), lane.isFinished(), lane.isPlanned(), lane.isIdle(), lane.hasWork()],
    progress: lane.progress(),
    retention: lane.retentionAt(),
    remainders: lane.remainders(),
    heads: byId(lane.ledger.heads()),
    bodies: byId(lane.ledger.heads()).map(({ id }) => lane.ledger.body(id)),
    due: byId(lane.ledger.due()),
    uncertain: byId(lane.ledger.uncertain()),
    next: lane.ledger.nextId(),
    reached: lane.reachAmong([10, 11, 20, 21, 30, 31, 40, 90].map(fingerprint), 'unless-cancelled').reached.sort(),
  }),
}

const inPlanning = (lane: LaneState) => {
  lane.begin(ORDER)
  const remaining = { en: [fingerprint(90)] }
  lane.commitPlan({ prefix: 0, done: false, remaining, tally: {}, damaged: 0 }, SEALED, [
    made(WAITING),
    made(ATTEMPTED),
    made(UNCERTAIN),
  ])
  lane.reachAmong([fingerprint(10)], 'unless-cancelled') // it has learnt where everybody stands
}

const HALVES = halve(ATTEMPTED, 4).map(({ head, positions }) => ({ ...made(head), positions }))
const AGAIN = [{ id: 3, generation: 1 }]

test.each<[string, number, (lane: LaneState) => void, ((lane: LaneState) => void)?]>([
  [
    'a page is planned',
    3,
    (lane) =>
      lane.commitPlan({ ...lane.progress(), done: true, remaining: {} }, null, [
        made({ ...WAITING, id: 7 }),
        made({ ...WAITING, id: 8 }),
      ]),
  ],
  ['it is paused', 2, (lane) => lane.control('pause', NOW, 1)],
  ['it is cancelled', 5, (lane) => lane.control('cancel', NOW, 1)],
  [
    'a batch is cut in two',
    5,
    (lane) => lane.ledger.replace(2, HALVES),
    (lane) => {
      inPlanning(lane)
      lane.recordEvents(new Map([[fingerprint(20), 1]]))
    },
  ],
  ['uncertain people are sent to again', 3, (lane) => lane.resolve(AGAIN, 'send-again', NOW)],
  [
    'a provider speaks of people of several batches',
    4,
    (lane) => lane.recordEvents(new Map([10, 20, 30].map((n) => [fingerprint(n), 4]))),
  ],
  ['it has finished', 1, (lane) => lane.finish(NOW)],
  ['it begins', 2, (lane) => lane.begin(ORDER), () => {}],
])('when %s and a statement fails, the lane is unchanged', async (_, statements, act, prepare = inPlanning) => {
  expect(await failingAtEach(lanes, prepare, act)).toBeGreaterThanOrEqual(statements)
})

test('when the retention has ended and a statement fails, the lane is unchanged', async () => {
  const end = NOW + RECIPIENT_DAYS * DAY_MS
  const isPaused = (lane: LaneState) => {
    inPlanning(lane)
    lane.control('pause', NOW, 1)
  }
  expect(await failingAtEach(lanes, isPaused, (lane) => lane.retain(end))).toBeGreaterThan(5)
  const isOver = (lane: LaneState) => {
    isPaused(lane)
    lane.retain(end)
  }
  expect(await failingAtEach(lanes, isOver, (lane) => lane.retain(end + LEDGER_DAYS * DAY_MS))).toBeGreaterThan(2)
})
