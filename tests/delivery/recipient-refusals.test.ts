import { expect, test } from 'vitest'
import { type BatchHeader, newBatchHeader, settle, startAttempt } from '../../src/delivery/batch.ts'
import { MAILBOX_TRIES } from '../../src/delivery/recipient-refusals.ts'
import { type MeteredTransport, sendSlice } from '../../src/delivery/send-loop.ts'
import { SuspectedRefusals } from '../../src/delivery/suspected-refusals.ts'
import type { Outcome } from '../../src/transports/transport.ts'

const accepted: Outcome = { kind: 'accepted' }
const denied: Outcome = { kind: 'refused', permanent: true, reason: 'unauthorised', detail: 'relay denied' }
const full: Outcome = { kind: 'refused', permanent: false, reason: 'mailbox-unavailable', detail: 'full' }

test('a person for whom the account is refused, while others of the answer are taken, is refused alone', () => {
  const head = startAttempt(newBatchHeader(1, 'en', 3), 'hash', 'smtp', 0)
  const settled = settle(head, [0, 1, 2], [accepted, accepted, denied], 1, 0.5, false)
  expect(settled.head).toMatchObject({ state: 'settled', marks: 'aar' })
  expect(settled.stop).toBeUndefined()
  const rest: Outcome = { ...denied, permanent: false }
  expect(settle(head, [0, 1, 2], [accepted, denied, rest], 1, 0.5, false)).toMatchObject({
    head: { marks: 'arw' },
    stop: { kind: 'unauthorised' },
  })
})

test('a mailbox that never takes anything is given up after its tries, over about two days', () => {
  let head: BatchHeader = newBatchHeader(1, 'en', 2)
  let now = 0
  let tries = 0
  const waiting = () => [...head.marks].flatMap((mark, position) => (mark === 'w' ? [position] : []))
  while (head.state === 'waiting' && tries < 100) {
    now = Math.max(now, head.dueAt)
    const sent = waiting()
    const answer = sent.length === 2 ? [accepted, full] : [full]
    head = settle(startAttempt(head, 'hash', 'smtp', now), sent, answer, now, 0.5, false).head
    tries++
  }
  expect(head).toMatchObject({ state: 'settled', marks: 'ar', reason: `full; given up after ${MAILBOX_TRIES} tries` })
  expect(tries).toBe(MAILBOX_TRIES)
  expect(now / 3_600_000).toBeGreaterThan(36)
  expect(now / 3_600_000).toBeLessThan(72)
})

/** A lane that sends these batches by a transport that answers so. */
async function lane(sizes: number[], answers: Array<Outcome[]>) {
  const heads = new Map(sizes.map((size, id) => [id, newBatchHeader(id, 'en', size)]))
  const smtp: MeteredTransport = {
    name: 'smtp',
    idempotencySeconds: 0,
    acquire: async () => ({ go: true, waitMs: 0, day: 0 }),
    compose: async (_, { length: people }) => ({ call: { body: new Uint8Array(), people }, hash: 'hash', barred: [] }),
    send: async () => answers.shift() ?? expect.fail(),
  }
  const end = await sendSlice({
    now: () => 1,
    random: () => 0.5,
    sleep: async () => undefined,
    mayGoOn: () => true,
    blockedBy: () => null,
    transports: [smtp],
    due: () => [...heads.values()].filter(({ state }) => state === 'waiting' || state === 'attempted'),
    head: (id) => heads.get(id),
    people: (id) => [...(heads.get(id)?.marks ?? '')],
    save: (head) => heads.set(head.id, head),
    split: async () => expect.fail(),
    suppressed: async () => new Set(),
    idempotencyKey: ({ id }) => String(id),
    suspectedRefusals: new SuspectedRefusals(),
  })
  return { end, marks: [...heads.values()].map(({ marks }) => marks) }
}

test('somebody alone in a batch for whom the account is refused is refused where others are taken, and stops a lane where none are', async () => {
  expect(await lane([2, 1], [[accepted, accepted], [denied]])).toEqual({ end: { kind: 'done' }, marks: ['aa', 'r'] })
  expect(await lane([1], [[denied]])).toMatchObject({ end: { kind: 'stopped' }, marks: ['w'] })
  expect(await lane([1, 1, 1], [[accepted], [denied], [denied]])).toMatchObject({
    end: { kind: 'stopped' },
    marks: ['a', 'r', 'w'],
  })
})
