import { expect, test } from 'vitest'
import { newBatchHeader, startAttempt } from '../../src/delivery/batch.ts'
import { MAILBOX_TRIES, mailboxPauseSeconds } from '../../src/delivery/refusals/recipient-refusals.ts'
import { classify, type RecipientVerdict, settle } from '../../src/delivery/settlement.ts'
import type { Outcome } from '../../src/transports/transport.ts'

const refused = (reason: Extract<Outcome, { kind: 'refused' }>['reason'], permanent: boolean): Outcome => ({
  kind: 'refused',
  permanent,
  reason,
})
const busy: Outcome = {
  kind: 'refused',
  permanent: false,
  reason: 'rate-limited',
  detail: 'slow',
  retryAfterSeconds: 9,
}
const full = refused('mailbox-unavailable', false)
const quota = refused('quota', true)
const stop = { kind: 'quota', detail: 'quota' }

test.each<[string, Outcome, boolean, number, RecipientVerdict]>([
  ['accepted', { kind: 'accepted', reference: 'r' }, false, 0, { status: 'accepted', reference: 'r' }],
  ['accepted when asked again', { kind: 'accepted' }, true, 3, { status: 'accepted' }],
  ['no answer', { kind: 'unknown', reason: 'cut' }, false, 0, { status: 'uncertain', reason: 'cut' }],
  ['a bad address', refused('bad-address', true), false, 0, { status: 'refused', reason: 'bad-address' }],
  ['the same when asked again', refused('bad-address', true), true, 0, { status: 'refused', reason: 'bad-address' }],
  ['too many calls', busy, false, 0, { status: 'waiting', reason: 'slow', retryAfterSeconds: 9 }],
  ['too many calls when asked again', busy, true, 0, { status: 'uncertain', reason: 'slow', retryAfterSeconds: 9 }],
  ['the account', quota, false, 0, { status: 'waiting', reason: 'quota', stop }],
  ['the account when asked again', quota, true, 0, { status: 'uncertain', reason: 'quota', stop }],
  [
    'a full mailbox',
    full,
    false,
    2,
    { status: 'waiting', reason: 'mailbox-unavailable', retryAfterSeconds: mailboxPauseSeconds(2) },
  ],
  [
    'a mailbox that was full in every try',
    full,
    false,
    MAILBOX_TRIES - 1,
    { status: 'refused', reason: `mailbox-unavailable; given up after ${MAILBOX_TRIES} tries` },
  ],
  [
    'a full mailbox when asked again',
    full,
    true,
    MAILBOX_TRIES,
    { status: 'uncertain', reason: 'mailbox-unavailable', retryAfterSeconds: 0 },
  ],
])('one outcome decides the status of one person: %s', (_, outcome, again, tries, verdict) => {
  expect(classify(outcome, again, tries)).toEqual(verdict)
})

const NOW = 1_700_000_000_000
const attempted = startAttempt(newBatchHeader(7, 'en', 3), 'hash', 'main', NOW - 1_000)
const accepted: Outcome = { kind: 'accepted' }
const unknown: Outcome = { kind: 'unknown', reason: 'cut' }

test('a batch with people of unknown outcome becomes uncertain, and its event counts them', () => {
  const { next, events } = settle(attempted, [0, 1, 2], [accepted, unknown, unknown], NOW, 0.5, false)
  expect(next).toMatchObject({ state: 'uncertain', statuses: { text: 'auu' } })
  expect(events).toEqual([{ type: 'batch-became-uncertain', batch: 7, generation: 1, people: 2, at: NOW }])
})

test('a permanent refusal of a repeated call makes the batch uncertain', () => {
  const { events } = settle(attempted, [0, 1, 2], refused('invalid-content', true), NOW, 0.5, true)
  expect(events).toEqual([{ type: 'batch-became-uncertain', batch: 7, generation: 1, people: 3, at: NOW }])
})

test.each<[string, Outcome | Outcome[]]>([
  ['accepted', accepted],
  ['without an answer, so that the call may be repeated', unknown],
  ['refused for a while', busy],
  ['accepted for some and refused for others', [accepted, accepted, refused('bad-address', true)]],
])('a batch that is %s has no event', (_, answer) => {
  expect(settle(attempted, [0, 1, 2], answer, NOW, 0.5, false).events).toEqual([])
})
