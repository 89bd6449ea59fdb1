import { expect, test } from 'vitest'
import { rememberedPeople } from '../../src/dispatch/lane/remembered-people.ts'
import { refusalOf as byBrevo } from '../../src/transports/responses/brevo-responses.ts'
import { refusalOf as byMailgun } from '../../src/transports/responses/mailgun-responses.ts'
import { outcomeOf as byPostmark } from '../../src/transports/responses/postmark-responses.ts'
import { rememberedRefusal } from '../../src/transports/responses/remembered.ts'
import { readRefusal as byResend } from '../../src/transports/responses/resend-responses.ts'
import { refusalOf as bySendgrid } from '../../src/transports/responses/sendgrid-responses.ts'
import { refusalOf as bySes, readEntries } from '../../src/transports/responses/ses-responses.ts'

const headers = new Headers()
const answer = (status: number, body: unknown) => ({ status, headers, body: JSON.stringify(body) })

const INACTIVE =
  'You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: iris@example.org. ' +
  'Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.'

test('a refusal of one person in a batch says what the provider remembers, and of whom', () => {
  const given = byPostmark(
    answer(200, [
      { ErrorCode: 0, Message: 'OK', MessageID: 'm' },
      { ErrorCode: 406, Message: INACTIVE },
    ]),
    2,
  )
  expect(rememberedPeople(given, [4, 7])).toEqual([{ position: 7, remembered: 'unsubscribed' }])
  expect(JSON.stringify(given)).not.toContain('example.org')
  expect(rememberedPeople([], [4])).toEqual([])
})

const TEXTS = [
  ['Recipient is on the suppression list after a hard bounce', 'bounced'],
  ['This contact has unsubscribed', 'unsubscribed'],
  ['The address is blacklisted', 'unsubscribed'],
  ['email address suppressed: spam complaint', 'complained'],
  [INACTIVE, 'unsubscribed'],
] as const
test.each(TEXTS)('“%s” in the answer of any provider means %s', (message, remembered) => {
  const expected = expect.objectContaining({ reason: 'suppressed', permanent: true, remembered })
  expect(byBrevo(answer(400, { code: 'invalid_parameter', message }))).toEqual(expected)
  expect(byMailgun(400, JSON.stringify({ message }))).toEqual(expected)
  expect(byResend(answer(422, { name: 'validation_error', message }))).toEqual(expected)
  expect(bySendgrid(answer(400, { errors: [{ message }] }))).toEqual(expected)
  expect(bySes(answer(400, { __type: 'MessageRejected', message })).refusal).toEqual(expected)
  expect(
    readEntries(
      JSON.stringify({
        BulkEmailEntryResults: [{ Status: 'SUCCESS' }, { Status: 'MESSAGE_REJECTED', Error: message }],
      }),
      2,
    ),
  ).toEqual([{ kind: 'accepted' }, expected])
})

test.each([
  'Your account is suspended: too many bounces and complaints',
  'sender address is on a blacklist',
  'The domain example.org is blacklisted for spam complaints',
  'Invalid to field: the e-mail address is malformed',
  'The API key of this user is inactive',
  '',
])('“%s” says nothing about a person', (text) => {
  expect(rememberedRefusal('Brevo', text)).toBeUndefined()
})
