import { expect, test } from 'vitest'
import { readQueueMessage } from '../../src/provider-events/providers/cloudflare.ts'
import { READ_AT, said, wordsOf } from '../support/read-event.ts'
import { BOUNCES, type Name } from '../support/signed-events.ts'

const email = 'iris@example.org'
const timestamp = '2026-11-24T12:00:00.000Z'
const sendgridBounce = (BOUNCES.sendgrid as object[])[0] ?? {}
const mail = { destination: [email], timestamp }
const recipients = [{ emailAddress: email }]

const EVENT: Readonly<Record<Name, (name: string) => unknown>> = {
  brevo: (event) => ({ ...BOUNCES.brevo, event }),
  mailgun: (event) => ({ ...BOUNCES.mailgun, event }),
  postmark: (RecordType) => ({ ...BOUNCES.postmark, RecordType, Recipient: email, SuppressSending: true }),
  resend: (type) => ({ ...BOUNCES.resend, type }),
  sendgrid: (event) => [{ ...sendgridBounce, event }],
  ses: (eventType) => ({
    eventType,
    mail,
    bounce: { bounceType: 'Permanent', bouncedRecipients: recipients },
    complaint: { complainedRecipients: recipients },
    delivery: { recipients: [email] },
    deliveryDelay: { delayedRecipients: recipients },
    subscription: { newTopicPreferences: { unsubscribeAll: true } },
  }),
}

/** Every name that a provider documents, in the spellings of its pages, its API and its console. */
const DOCUMENTED: Readonly<Record<Name, Readonly<Record<string, string>>>> = {
  brevo: {
    delivered: 'delivered',
    'deferred defered': 'deferred',
    'hard_bounce hardBounce hardbounce': 'hard',
    'invalid_email invalid invalidEmail': 'hard',
    'spam complaint Complaint complaints': 'complained',
    'unsubscribe unsubscribed Unsubscribed': 'unsubscribed',
    'request sent opened unique_opened uniqueOpened click clicked proxy_open unique_proxy_open': 'nothing',
    'list_addition contact_updated contact_deleted contactDeleted reply inboundEmailProcessed': 'nothing',
  },
  mailgun: {
    delivered: 'delivered',
    'failed permanent_fail': 'hard',
    temporary_fail: 'deferred',
    rejected: 'refused',
    complained: 'complained',
    unsubscribed: 'unsubscribed',
    'accepted opened clicked stored list_member_uploaded list_member_upload_error list_uploaded': 'nothing',
  },
  postmark: {
    Delivery: 'delivered',
    Bounce: 'hard',
    SpamComplaint: 'complained',
    SubscriptionChange: 'unsubscribed',
    'Open Click Inbound': 'nothing',
  },
  resend: {
    'email.delivered': 'delivered',
    'email.delivery_delayed': 'deferred',
    'email.bounced email.suppressed': 'hard',
    'email.failed': 'refused',
    'email.complained': 'complained',
    'email.sent email.scheduled email.opened email.clicked email.received': 'nothing',
    'contact.deleted domain.created domain.updated domain.deleted suppression.removed': 'nothing',
  },
  sendgrid: {
    delivered: 'delivered',
    deferred: 'deferred',
    bounce: 'hard',
    'spamreport spam_report': 'complained',
    'unsubscribe group_unsubscribe': 'unsubscribed',
    'processed open click group_resubscribe account_status_change': 'nothing',
  },
  ses: {
    Delivery: 'delivered',
    'DeliveryDelay DELIVERY_DELAY': 'deferred',
    'Bounce BOUNCE': 'hard',
    'Reject RenderingFailure RENDERING_FAILURE': 'refused',
    'Complaint complaint': 'complained',
    Subscription: 'unsubscribed',
    'Send Open Click AmazonSnsSubscriptionSucceeded': 'nothing',
  },
}

const rows = Object.entries(DOCUMENTED).flatMap(([provider, table]) =>
  Object.entries(table).flatMap(([names, effect]) =>
    names.split(' ').map((name) => [provider as Name, name, effect] as const),
  ),
)
test.each(rows)('%s: the documented event %s means %s', async (provider, name, effect) => {
  expect(await said(provider, EVENT[provider](name))).toBe(effect)
})

test('ses: “Rendering Failure”, as its events spell it, is a refusal', async () => {
  expect(await said('ses', EVENT.ses('Rendering Failure'))).toBe('refused')
})

const strange = ['spam_trap', 'email.teleported', 'constructor', 'Bounced2']
const unknown = Object.keys(EVENT).flatMap((provider) => strange.map((name) => [provider as Name, name] as const))
test.each(unknown)('%s: the event %s, which nobody documents, is told by its name', async (provider, name) => {
  expect(await said(provider, EVENT[provider](name))).toBe(`unknown ${name}`)
})

test('a bounce type of Postmark that nobody documents is told by its name', async () => {
  expect(await said('postmark', { ...BOUNCES.postmark, Type: 'MoonPhase', TypeCode: 7 })).toBe(
    'unknown Bounce/MoonPhase',
  )
})

test.each([
  ['an address', 'iris@example.org', 'not a name'],
  ['marks and lines', 'new\n<b>event</b>', 'newbevent/b'],
  ['length', 'x'.repeat(500), 'x'.repeat(40)],
])('the name of an unknown event is cleaned of %s', async (_, name, cleaned) => {
  expect(await said('brevo', EVENT.brevo(name))).toBe(`unknown ${cleaned}`)
})

test('resend: a contact who unsubscribed, or a suppression for what it says, suppresses', async () => {
  const told = (type: string, data: object) => said('resend', { type, created_at: timestamp, data: { email, ...data } })
  expect(await told('contact.updated', { unsubscribed: true })).toBe('unsubscribed')
  expect(await told('contact.created', { unsubscribed: false })).toBe('nothing')
  expect(await told('suppression.added', { origin: 'complaint' })).toBe('complained')
  expect(await told('suppression.added', { origin: 'bounce' })).toBe('hard')
  expect(await told('suppression.added', { origin: 'manual' })).toBe('unsubscribed')
})

test.each([
  ['delivered', 'delivered'],
  ['deferred', 'deferred'],
  ['complained', 'complained'],
  ['failed', 'refused'],
  ['rejected', 'refused'],
  ['sparkled', 'unknown cf.email.sending.message.sparkled'],
])('cloudflare: %s means %s, whatever the other fields hold', (kind, effect) => {
  const message = (more: object) => ({
    type: `cf.email.sending.message.${kind}`,
    payload: { recipient: email, eventId: 'e-1', ...more },
    metadata: { eventTimestamp: timestamp },
  })
  for (const more of [{}, { eventId: null }, { bounce: null, delivery: 7 }, { rejection: [] }])
    expect(wordsOf(readQueueMessage(message(more), READ_AT))).toBe(effect)
  expect(wordsOf(readQueueMessage({ ...message({}), metadata: null }, READ_AT))).toBe(effect)
})
