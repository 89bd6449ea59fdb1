import { expect, test } from 'vitest'
import { classifyBounce } from '../../src/provider-events/bounce-class.ts'
import { said } from '../support/read-event.ts'

const HARD_MESSAGE = 'The recipient’s email provider sent a hard bounce message, but didn’t specify the reason.'

test.each([
  [undefined, undefined, HARD_MESSAGE, 'hard'],
  ['Undetermined', undefined, HARD_MESSAGE, 'hard'],
  [undefined, undefined, 'smtp; 550 5.1.1 <reader>: Recipient address rejected', 'hard'],
  [undefined, '5.1.10', '', 'hard'],
  [undefined, undefined, 'host said: 550-5.1.1 The email account that you tried to reach does not exist', 'hard'],
  [undefined, 550, 'User unknown', 'hard'],
  [undefined, undefined, '550 No such user here', 'hard'],
  [undefined, undefined, 'the account has been closed', 'hard'],
  [undefined, undefined, 'This address is no longer valid', 'hard'],
  [undefined, undefined, 'user was deactivated', 'hard'],
  [undefined, undefined, 'mailbox deleted last year', 'hard'],
  [undefined, undefined, 'the connection was closed, address not tried', 'soft'],
  [undefined, undefined, 'the user closed the connection', 'soft'],
  [undefined, undefined, 'Permanent failure', 'hard'],
  ['PERMANENT', undefined, '', 'hard'],
  ['HardBounce', undefined, '', 'hard'],
  ['Transient', undefined, 'smtp; 550 5.1.1 user unknown', 'hard'],
  ['Transient', '4.1.1', 'try again', 'soft'],
  [undefined, '5.2.2', 'mailbox full', 'soft'],
  ['Permanent', undefined, '552 5.2.2 over quota', 'soft'],
  [undefined, undefined, 'the recipient’s inbox was full', 'soft'],
  [undefined, undefined, '', 'soft'],
  [undefined, undefined, 'this is not a hard bounce', 'soft'],
  ['Permanent', undefined, '550 5.7.1 looks like spam', 'refused'],
  [undefined, undefined, '550 blocked for spam: user unknown to reputation service', 'refused'],
  ['Permanent', undefined, '554 transaction failed', 'refused'],
  [undefined, '5.3.4', 'message too big', 'refused'],
  ['Permanent', undefined, '550 no such user', 'hard'],
  ['Soft', undefined, 'a hard bounce', 'soft'],
])('a bounce of type %s with code %s and text “%s” is %s', (type, code, text, expected) => {
  expect(classifyBounce({ type, code, text })).toBe(expected)
})

const to = ['iris@example.org']
const resend = (bounce: unknown) => ({
  type: 'email.bounced',
  created_at: '2026-11-24T12:00:00Z',
  data: { to, bounce },
})
test.each([
  ['no bounce type', resend({ message: HARD_MESSAGE })],
  ['a null type', resend({ type: null, message: HARD_MESSAGE })],
  ['only a code in the words', resend({ message: 'smtp; 550 5.1.1 unknown' })],
])('resend: a hard bounce with %s suppresses at once', async (_, event) => {
  expect(await said('resend', event)).toBe('hard')
})
