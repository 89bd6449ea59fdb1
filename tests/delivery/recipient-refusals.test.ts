import { expect, test } from 'vitest'
import { type BatchHeader, newBatchHeader, startAttempt, waitingPositions } from '../../src/delivery/batch.ts'
import type { MailStream } from '../../src/delivery/mail-stream.ts'
import { meterTransport } from '../../src/delivery/quota/metered-transport.ts'
import { MAILBOX_TRIES } from '../../src/delivery/refusals/recipient-refusals.ts'
import { SuspectedRefusals } from '../../src/delivery/refusals/suspected-refusals.ts'
import { sendSlice } from '../../src/delivery/send-loop.ts'
import { settle } from '../../src/delivery/settlement.ts'
import type { Outcome } from '../../src/transports/transport.ts'
import { fakeMail, fakeTransport } from '../support/fake-transport.ts'

const accepted: Outcome = { kind: 'accepted' }
const denied: Outcome = { kind: 'refused', permanent: true, reason: 'unauthorised', detail: 'relay denied' }
const full: Outcome = { kind: 'refused', permanent: false, reason: 'mailbox-unavailable', detail: 'full' }

test('an account refusal for one person is a refusal of the person if the answer accepts others', () => {
  const head = startAttempt(newBatchHeader(1, 'en', 3), 'hash', 'smtp', 0)
  const settled = settle(head, [0, 1, 2], [accepted, accepted, denied], 1, 0.5, false)
  expect(settled.next).toMatchObject({ state: 'settled', statuses: { text: 'aar' } })
  expect(settled.stop).toBeUndefined()
  const rest: Outcome = { ...denied, permanent: false }
  expect(settle(head, [0, 1, 2], [accepted, denied, rest], 1, 0.5, false)).toMatchObject({
    next: { statuses: { text: 'arw' } },
    stop: { kind: 'unauthorised' },
  })
})

test('a mailbox that is always unavailable is refused after its tries, over about two days', () => {
  let head: BatchHeader = newBatchHeader(1, 'en', 2)
  let now = 0
  let tries = 0
  while (head.state === 'waiting' && tries < 100) {
    now = Math.max(now, head.dueAt)
    const sent = waitingPositions(head)
    const answer = sent.length === 2 ? [accepted, full] : [full]
    head = settle(startAttempt(head, 'hash', 'smtp', now), sent, answer, now, 0.5, false).next
    tries++
  }
  expect(head).toMatchObject({
    state: 'settled',
    statuses: { text: 'ar' },
    reason: `full; given up after ${MAILBOX_TRIES} tries`,
  })
  expect(tries).toBe(MAILBOX_TRIES)
  expect(now / 3_600_000).toBeGreaterThan(36)
  expect(now / 3_600_000).toBeLessThan(72)
})

/** A lane that sends these batches through a transport with the given answers. */
async function lane(sizes: number[], answers: Array<Outcome[]>) {
  const heads = new Map(sizes.map((size, id) => [id, newBatchHeader(id, 'en', size)]))
  const smtp = meterTransport({
    transport: fakeTransport({ send: async () => answers.shift() ?? expect.fail() }),
    quota: {
      acquire: async () => ({ go: true, waitMs: 0, day: 0 }),
      report: async () => undefined,
      confirm: async () => true,
    },
    request: { who: 'lane' },
    hasFallback: false,
    onCall: () => {},
  })
  const ledger = {
    due: () => [...heads.values()].filter(({ state }) => state === 'waiting' || state === 'attempted').values(),
    head: (id: number) => heads.get(id),
    openCalls: new Set<number>(),
    save: (head: BatchHeader) => void heads.set(head.id, head),
  }
  const stream: MailStream<null> = {
    ledger,
    keyOf: ({ id }) => String(id),
    mailsIn: ({ statuses }) => statuses.size,
    read: () => null,
    suppressed: async () => new Set(),
    compose: async (_head, _content, positions) => ({
      kind: 'composed',
      mail: fakeMail(positions.map(String)),
      barred: [],
    }),
    outcomesOf: (answer) => answer,
    answered: () => {},
    split: async () => expect.fail(),
  }
  const end = await sendSlice(stream, {
    now: () => 1,
    random: () => 0.5,
    sleep: async () => undefined,
    mayGoOn: () => true,
    blockedBy: () => null,
    transports: [smtp],
    suspected: new SuspectedRefusals(),
  })
  return { end, statuses: [...heads.values()].map(({ statuses }) => statuses.text) }
}

test('an account refusal for the only person of a batch refuses the person if others are accepted, else stops the lane', async () => {
  expect(await lane([2, 1], [[accepted, accepted], [denied]])).toEqual({ end: { kind: 'done' }, statuses: ['aa', 'r'] })
  expect(await lane([1], [[denied]])).toMatchObject({ end: { kind: 'stopped' }, statuses: ['w'] })
  expect(await lane([1, 1, 1], [[accepted], [denied], [denied]])).toMatchObject({
    end: { kind: 'stopped' },
    statuses: ['a', 'r', 'w'],
  })
})
