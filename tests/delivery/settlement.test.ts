import { expect, test } from 'vitest'
import { MAILBOX_TRIES, mailboxPauseSeconds } from '../../src/delivery/recipient-refusals.ts'
import { classify, type RecipientVerdict } from '../../src/delivery/settlement.ts'
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
])('of one person: %s', (_, outcome, again, tries, verdict) => {
  expect(classify(outcome, again, tries)).toEqual(verdict)
})
