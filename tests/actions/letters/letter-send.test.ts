import { expect, test } from 'vitest'
import { outcomesOf } from '../../../src/actions/letters/letter-send.ts'
import { newBatchHeader } from '../../../src/delivery/batch.ts'
import type { Outcome } from '../../../src/transports/transport.ts'
import { fakeMail } from '../../support/fake-transport.ts'

const accepted: Outcome = { kind: 'accepted' }
const unknown: Outcome = { kind: 'unknown', reason: 'cut' }
const dead: Outcome = { kind: 'refused', permanent: true, reason: 'bad-address' }
const MAIL = fakeMail(['target@desk.example'])

const call = (people: number, { again = false, cc = false } = {}) => ({
  head: newBatchHeader(1, 'one', people),
  positions: Array.from({ length: people }, (_, position) => position),
  mail: cc ? { ...MAIL, cc: [{ address: 'office@desk.example' }] } : MAIL,
  again,
})

test.each<[string, Outcome | Outcome[], ReturnType<typeof call>, Outcome | Outcome[]]>([
  ['a letter of one person', [accepted], call(1), [accepted]],
  ['a mail of three', [accepted], call(3), [accepted, accepted, accepted]],
  ['a mail of three that is refused', dead, call(3), [dead, dead, dead]],
  ['a mail of three that is not answered', unknown, call(3), unknown],
  ['a mail of three that is refused when repeated', dead, call(3, { again: true }), dead],
  [
    'a mail of three that is accepted when repeated',
    accepted,
    call(3, { again: true }),
    [accepted, accepted, accepted],
  ],
  ['an answer without a result', [], call(2), { kind: 'unknown', reason: 'the provider returned no result' }],
])('outcomes of %s', (_, answer, made, outcomes) => {
  expect(outcomesOf(answer, made)).toEqual(outcomes)
})

test('a refusal that an address in Cc may have caused does not count for the target', () => {
  expect(outcomesOf(dead, call(1, { cc: true }))).toMatchObject({ permanent: false, reason: 'mailbox-unavailable' })
  expect(outcomesOf(accepted, call(1, { cc: true }))).toEqual(accepted)
})
