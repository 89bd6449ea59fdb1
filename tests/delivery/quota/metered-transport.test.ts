import { expect, test } from 'vitest'
import { newBatchHeader, startAttempt } from '../../../src/delivery/batch.ts'
import type { AcquireRequest, AcquireResult, CallReport } from '../../../src/delivery/quota/account-quota.ts'
import { toCallReports } from '../../../src/delivery/quota/call-report.ts'
import { type MeteringOptions, meterTransport } from '../../../src/delivery/quota/metered-transport.ts'
import { settle } from '../../../src/delivery/settlement.ts'
import type { Outcome } from '../../../src/transports/transport.ts'
import { fakeTransport } from '../../support/fake-transport.ts'

const DAY = 20_000
const accepted: Outcome = { kind: 'accepted' }
const unknown: Outcome = { kind: 'unknown', reason: 'timeout' }
const quota: Outcome = { kind: 'refused', permanent: true, reason: 'quota', detail: 'used up' }
const busy: Outcome = { kind: 'refused', permanent: false, reason: 'rate-limited', retryAfterSeconds: 9 }
const bad: Outcome = { kind: 'refused', permanent: true, reason: 'bad-address' }
const down: Outcome = { kind: 'refused', permanent: false, reason: 'unavailable' }
const silence = (detail: string) => ({ kind: 'failed', cause: { why: 'silent', detail } })

test.each<[string, Outcome | Outcome[], boolean, object[]]>([
  ['acceptance', accepted, false, [{ kind: 'answered' }]],
  ['silence', unknown, false, [silence('timeout')]],
  [
    '“unavailable”, said before acceptance',
    down,
    false,
    [silence('unavailable'), { kind: 'returned', people: 2, day: DAY }],
  ],
  [
    'too many calls',
    busy,
    false,
    [{ kind: 'answered' }, { kind: 'slow-down', forSeconds: 9 }, { kind: 'returned', people: 2, day: DAY }],
  ],
  [
    'a mailbox that takes nothing now',
    [{ kind: 'refused', permanent: false, reason: 'mailbox-unavailable', retryAfterSeconds: 60 }],
    false,
    [{ kind: 'answered' }, { kind: 'returned', people: 1, day: DAY }],
  ],
  ['one bad address', [accepted, bad], false, [{ kind: 'answered' }, { kind: 'returned', people: 1, day: DAY }]],
  ['silence about one of them', [unknown, accepted], false, [{ kind: 'answered' }]],
  ['a refused account', quota, false, [{ kind: 'answered' }, { kind: 'returned', people: 2, day: DAY }]],
  [
    'a refused account, where another can take over',
    [accepted, quota],
    true,
    [
      { kind: 'failed', cause: { why: 'refused', reason: 'quota', detail: 'used up' } },
      { kind: 'returned', people: 1, day: DAY },
    ],
  ],
])('%s is reported to the account', (_, answer, hasFallback, reports) => {
  expect(toCallReports(answer, { charged: 2, day: DAY, hasFallback })).toEqual(reports)
})

function metered(answers: Array<Outcome | Outcome[]>, hasFallback = false) {
  const asked: AcquireRequest[] = []
  const noted: Array<readonly CallReport[]> = []
  const using: MeteringOptions = {
    transport: fakeTransport({ callsPerSecond: 1, mailsPerDay: 10, send: async () => answers.shift() ?? accepted }),
    quota: {
      acquire: async (ask: AcquireRequest): Promise<AcquireResult> => {
        asked.push(ask)
        return { go: true, waitMs: 0, day: DAY }
      },
      report: async (reports: readonly CallReport[]): Promise<void> => {
        noted.push(reports)
      },
      confirm: async () => true,
    },
    request: { who: 'lane' },
    hasFallback,
    onCall: () => {},
  }
  return { asked, noted, using, metered: meterTransport(using) }
}

const call = { body: new Uint8Array(), people: 3 }

test('the result of a call is reported with the next request for a permit, and mails of excluded people are returned', async () => {
  const { asked, noted, metered: main } = metered([busy])
  await main.acquire(4, false)
  await main.send(call, 'k')
  await main.acquire(4, false)
  expect([asked.length, noted.length]).toEqual([2, 0])
  expect(asked[1]?.reports).toEqual([
    { kind: 'answered' },
    { kind: 'slow-down', forSeconds: 9 },
    { kind: 'returned', people: 3, day: DAY },
    { kind: 'returned', people: 1, day: DAY },
  ])
  await main.flush()
  expect(noted).toEqual([[{ kind: 'returned', people: 4, day: DAY }]]) // a permit that no call used
})

test('a repeated call is not charged again', async () => {
  const { asked, metered: main } = metered([])
  await main.acquire(4, true)
  expect(asked[0]?.people).toBe(0)
})

test('an answer reaches the lane even if the report to its account fails', async () => {
  const { using, noted } = metered([quota], true)
  const note = using.quota.report
  using.quota.report = async () => {
    throw new Error('overloaded')
  }
  const main = meterTransport(using)
  await main.acquire(3, false)
  expect(await main.send(call, 'k')).toEqual(quota)
  using.quota.report = note
  await main.flush()
  expect(noted.flat()).toContainEqual(expect.objectContaining({ kind: 'failed' }))
})

test('a refusal of the account for single people of a call leaves them waiting and stops the dispatch', () => {
  const head = startAttempt(newBatchHeader(1, 'en', 3), 'hash', 'ses', 0)
  const settled = settle(head, [0, 1, 2], [accepted, quota, bad], 1, 0.5, false)
  expect(settled).toMatchObject({
    next: { state: 'waiting', statuses: { text: 'awr' } },
    stop: { kind: 'quota', detail: 'used up' },
  })
  const again = settle(head, [0, 1, 2], [accepted, quota, bad], 1, 0.5, true)
  expect(again).toMatchObject({ next: { state: 'uncertain', statuses: { text: 'aur' } }, stop: { kind: 'quota' } })
})
