import { expect, test } from 'vitest'
import { readQueueMessage } from '../../src/provider-events/providers/cloudflare.ts'
import { providers } from '../../src/provider-events/providers.ts'
import SNS from '../support/certificates/sns.pem?raw'
import { READ_AT, readEvent, said, wordsOf } from '../support/read-event.ts'
import { BOUNCES, type Name, SECRETS, SIGNERS } from '../support/signed-events.ts'

const NOW = READ_AT

/** Meaning of an event: `hard`, `soft` (counted), `refused` (does not count against the person), another kind, or nothing. */
type Said = 'hard' | 'soft' | 'refused' | 'delivered' | 'deferred' | 'complained' | 'unsubscribed' | 'nothing'

const merged = (base: object, change: object): object => ({ ...base, ...change })
const email = 'iris@example.org'

const resendBounce = (type: string, subType: string, message = '') =>
  merged(BOUNCES.resend, { data: { to: [email], bounce: { type, subType, message } } })
const resend = (type: string) => merged(BOUNCES.resend, { type })

const sendgrid = (change: object) => [merged((BOUNCES.sendgrid as object[])[0] ?? {}, change)]
const sendgridBounce = (type: string, bounce_classification: string, status: string) =>
  sendgrid({ type, bounce_classification, status, reason: '' })
const dropped = (reason: string) => sendgrid({ event: 'dropped', reason, status: undefined, type: undefined })

const mailgun = (change: object) => merged(BOUNCES.mailgun, change)
const mailgunFailed = (reason: string, code: number, message: string) =>
  mailgun({ reason, 'delivery-status': { code, message } })

const ses = (eventType: string, change: object) => merged(BOUNCES.ses, { eventType, bounce: undefined, ...change })
const timestamp = '2026-11-24T12:00:00.000Z'
const sesBounce = (bounceType: string, bounceSubType: string, status?: string) =>
  ses('Bounce', {
    bounce: { bounceType, bounceSubType, timestamp, bouncedRecipients: [{ emailAddress: email, status }] },
  })
const sesComplaint = (change: object) =>
  ses('Complaint', { complaint: { timestamp, complainedRecipients: [{ emailAddress: email }], ...change } })

const postmark = (Type: string, Details = '') => merged(BOUNCES.postmark, { Type, Details })
const change = (SuppressSending: boolean, SuppressionReason: string | null) => ({
  RecordType: 'SubscriptionChange',
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  Recipient: email,
  ChangedAt: '2026-11-24T12:00:00Z',
  Origin: 'Recipient',
  SuppressSending,
  SuppressionReason,
  Metadata: {},
})

const brevo = (event: string, reason?: string) => merged(BOUNCES.brevo, { event, reason })

const TABLE: [Name, string, object, Said][] = [
  ['resend', 'delivered', resend('email.delivered'), 'delivered'],
  ['resend', 'delayed', resend('email.delivery_delayed'), 'deferred'],
  ['resend', 'complained', resend('email.complained'), 'complained'],
  ['resend', 'on its list', resend('email.suppressed'), 'hard'],
  ['resend', 'failed', resend('email.failed'), 'refused'],
  ['resend', 'no mailbox', resendBounce('Permanent', 'NoEmail'), 'hard'],
  ['resend', 'suppressed', resendBounce('Permanent', 'Suppressed'), 'hard'],
  ['resend', 'full', resendBounce('Transient', 'MailboxFull'), 'soft'],
  ['resend', 'undetermined', resendBounce('Undetermined', 'Undetermined'), 'soft'],
  ['resend', 'too large', resendBounce('Transient', 'MessageTooLarge'), 'refused'],
  ['resend', 'content', resendBounce('Transient', 'ContentRejected'), 'refused'],
  ['resend', 'a filter', resendBounce('Permanent', 'General', 'smtp; 550 5.7.1 looks like spam'), 'refused'],
  ['resend', 'sent', resend('email.sent'), 'nothing'],
  ['resend', 'opened', resend('email.opened'), 'nothing'],
  ['resend', 'clicked', resend('email.clicked'), 'nothing'],
  ['resend', 'a domain', merged(resend('domain.updated'), { data: { id: 'x' } }), 'nothing'],

  ['sendgrid', 'delivered', sendgrid({ event: 'delivered' }), 'delivered'],
  ['sendgrid', 'deferred', sendgrid({ event: 'deferred' }), 'deferred'],
  ['sendgrid', 'spam report', sendgrid({ event: 'spamreport' }), 'complained'],
  ['sendgrid', 'unsubscribe', sendgrid({ event: 'unsubscribe' }), 'unsubscribed'],
  ['sendgrid', 'unsubscribe from a group', sendgrid({ event: 'group_unsubscribe' }), 'unsubscribed'],
  ['sendgrid', 'no mailbox', sendgridBounce('bounce', 'Invalid Address', '5.1.1'), 'hard'],
  ['sendgrid', 'unclassified', sendgridBounce('bounce', 'Unclassified', '5.0.0'), 'hard'],
  ['sendgrid', 'unclassified spam', sendgridBounce('bounce', 'Unclassified', '5.7.1'), 'refused'],
  ['sendgrid', 'full', sendgridBounce('bounce', 'Mailbox Unavailable', '5.2.2'), 'soft'],
  ['sendgrid', 'content', sendgridBounce('bounce', 'Content', '5.0.0'), 'refused'],
  ['sendgrid', 'reputation', sendgridBounce('bounce', 'Reputation', '5.0.0'), 'refused'],
  ['sendgrid', 'technical', sendgridBounce('bounce', 'Technical Failure', '5.0.0'), 'refused'],
  ['sendgrid', 'blocked', sendgridBounce('blocked', 'Reputation', '5.0.0'), 'refused'],
  ['sendgrid', 'blocked as full', sendgridBounce('blocked', 'Mailbox Unavailable', '4.2.2'), 'soft'],
  ['sendgrid', 'expired', sendgridBounce('expired', 'Unclassified', '4.0.0'), 'soft'],
  ['sendgrid', 'dropped: bounced before', dropped('Bounced Address'), 'hard'],
  ['sendgrid', 'dropped: invalid', dropped('Invalid'), 'hard'],
  ['sendgrid', 'dropped: unsubscribed', dropped('Unsubscribed Address'), 'unsubscribed'],
  ['sendgrid', 'dropped: complained before', dropped('Spam Reporting Address'), 'complained'],
  ['sendgrid', 'dropped: content', dropped('Spam Content'), 'refused'],
  ['sendgrid', 'dropped: constructor', dropped('constructor'), 'refused'],
  ['sendgrid', 'processed', sendgrid({ event: 'processed' }), 'nothing'],
  ['sendgrid', 'open', sendgrid({ event: 'open' }), 'nothing'],

  ['mailgun', 'delivered', mailgun({ event: 'delivered' }), 'delivered'],
  ['mailgun', 'temporary failure', mailgun({ severity: 'temporary' }), 'deferred'],
  ['mailgun', 'complained', mailgun({ event: 'complained' }), 'complained'],
  ['mailgun', 'unsubscribed', mailgun({ event: 'unsubscribed' }), 'unsubscribed'],
  ['mailgun', 'no mailbox', mailgunFailed('bounce', 550, '5.1.1 no such user'), 'hard'],
  ['mailgun', 'no mailbox, in words only', mailgunFailed('generic', 550, 'unknown user'), 'hard'],
  ['mailgun', 'bounced before', mailgunFailed('suppress-bounce', 605, 'Not delivering'), 'hard'],
  ['mailgun', 'complained before', mailgunFailed('suppress-complaint', 607, ''), 'complained'],
  ['mailgun', 'unsubscribed before', mailgunFailed('suppress-unsubscribe', 606, ''), 'unsubscribed'],
  ['mailgun', 'given up', mailgunFailed('old', 602, 'Too old'), 'soft'],
  ['mailgun', 'no answer', mailgunFailed('generic', 498, 'No MX for example.org'), 'soft'],
  ['mailgun', 'too large', mailgunFailed('generic', 552, 'message size exceeds fixed maximum'), 'refused'],
  ['mailgun', 'a filter', mailgunFailed('bounce', 554, '5.7.1 rejected as spam'), 'refused'],
  ['mailgun', 'a blocked sender', mailgunFailed('espblock', 550, ''), 'refused'],
  ['mailgun', 'accepted', mailgun({ event: 'accepted' }), 'nothing'],
  ['mailgun', 'opened', mailgun({ event: 'opened' }), 'nothing'],

  ['ses', 'delivery', ses('Delivery', { delivery: { timestamp, recipients: [email] } }), 'delivered'],
  [
    'ses',
    'delay',
    ses('DeliveryDelay', { deliveryDelay: { timestamp, delayedRecipients: [{ emailAddress: email }] } }),
    'deferred',
  ],
  ['ses', 'no mailbox', sesBounce('Permanent', 'NoEmail', '5.1.1'), 'hard'],
  ['ses', 'suppressed', sesBounce('Permanent', 'OnAccountSuppressionList', '5.1.1'), 'hard'],
  ['ses', 'a filter', sesBounce('Permanent', 'General', '5.7.1'), 'refused'],
  ['ses', 'left its list', sesBounce('Permanent', 'UnsubscribedRecipient'), 'unsubscribed'],
  ['ses', 'full', sesBounce('Transient', 'MailboxFull', '4.2.2'), 'soft'],
  ['ses', 'undetermined', sesBounce('Undetermined', 'Undetermined'), 'soft'],
  ['ses', 'too large', sesBounce('Transient', 'MessageTooLarge', '5.3.4'), 'refused'],
  ['ses', 'content', sesBounce('Transient', 'ContentRejected'), 'refused'],
  ['ses', 'attachment', sesBounce('Transient', 'AttachmentRejected'), 'refused'],
  ['ses', 'complaint', sesComplaint({ complaintFeedbackType: 'abuse', complaintSubType: null }), 'complained'],
  ['ses', 'complained before', sesComplaint({ complaintSubType: 'OnAccountSuppressionList' }), 'complained'],
  ['ses', 'not spam', sesComplaint({ complaintFeedbackType: 'not-spam' }), 'nothing'],
  ['ses', 'virus', ses('Reject', { reject: { reason: 'Bad content' } }), 'refused'],
  ['ses', 'template', ses('Rendering Failure', { failure: { errorMessage: 'x' } }), 'refused'],
  ['ses', 'send', ses('Send', { send: {} }), 'nothing'],
  ['ses', 'open', ses('Open', { open: {} }), 'nothing'],
  ['ses', 'feedback notification', merged(BOUNCES.ses, { eventType: undefined, notificationType: 'Bounce' }), 'hard'],

  [
    'postmark',
    'delivery',
    {
      RecordType: 'Delivery',
      MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
      Recipient: email,
      DeliveredAt: '2026-11-24T12:00:00Z',
      Details: 'Test',
    },
    'delivered',
  ],
  ['postmark', 'hard', postmark('HardBounce'), 'hard'],
  ['postmark', 'bad address', postmark('BadEmailAddress'), 'hard'],
  ['postmark', 'hard by a filter', postmark('HardBounce', 'smtp;554 5.7.1 refused by policy'), 'refused'],
  ['postmark', 'soft', postmark('SoftBounce'), 'soft'],
  ['postmark', 'too large', postmark('SoftBounce', 'smtp;552 5.3.4 message too big'), 'refused'],
  ['postmark', 'transient', postmark('Transient'), 'deferred'],
  ['postmark', 'spam notification', postmark('SpamNotification'), 'refused'],
  ['postmark', 'blocked', postmark('Blocked'), 'refused'],
  ['postmark', 'DMARC', postmark('DMARCPolicy'), 'refused'],
  ['postmark', 'unsubscribe', postmark('Unsubscribe'), 'unsubscribed'],
  ['postmark', 'autoresponder', postmark('AutoResponder'), 'nothing'],
  ['postmark', 'complaint', merged(postmark('SpamComplaint'), { RecordType: 'SpamComplaint' }), 'complained'],
  ['postmark', 'unsubscribed by hand', change(true, 'ManualSuppression'), 'unsubscribed'],
  ['postmark', 'suppressed after a bounce', change(true, 'HardBounce'), 'hard'],
  ['postmark', 'subscribed again', change(false, null), 'nothing'],
  ['postmark', 'open', { RecordType: 'Open' }, 'nothing'],

  ['brevo', 'delivered', brevo('delivered'), 'delivered'],
  ['brevo', 'deferred', brevo('deferred'), 'deferred'],
  ['brevo', 'hard', brevo('hard_bounce'), 'hard'],
  ['brevo', 'hard by a filter', brevo('hard_bounce', '554 5.7.1 spam'), 'refused'],
  ['brevo', 'soft', brevo('soft_bounce', '452 4.2.2 full'), 'soft'],
  ['brevo', 'too large', brevo('soft_bounce', '552 5.3.4 too large'), 'refused'],
  ['brevo', 'greylisted', brevo('soft_bounce', '451 4.7.1 greylisted, try again'), 'refused'],
  ['brevo', 'invalid', brevo('invalid_email'), 'hard'],
  ['brevo', 'blocked', brevo('blocked'), 'refused'],
  ['brevo', 'error', brevo('error'), 'refused'],
  ['brevo', 'spam', brevo('spam'), 'complained'],
  ['brevo', 'unsubscribed', brevo('unsubscribed'), 'unsubscribed'],
  ['brevo', 'request', brevo('request'), 'nothing'],
  ['brevo', 'click', brevo('click'), 'nothing'],
]

test.each(TABLE)('%s: %s', async (name, _what, event, expected) => {
  expect(await said(name, event)).toBe(expected)
})

const names = Object.keys(SECRETS) as Name[]

test.each(names)('%s: the time is that of the event, and the dispatch is the tag of the mail', async (name) => {
  const reports = await readEvent(name, BOUNCES[name])
  const at = name === 'mailgun' ? 1_795_521_600_330 : Date.parse('2026-11-24T12:00:00Z')
  expect(reports).toEqual([expect.objectContaining({ at, dispatch: 'd-1', email })])
})

const UNDOCUMENTED = [
  {},
  [],
  { nested: { deep: [] } },
  [[]],
  [{ event: 'bounce' }],
  { event: 'delivered' },
  7,
  null,
  'x',
]
const cases = names.flatMap((name) => UNDOCUMENTED.map((body) => [name, JSON.stringify(body)] as const))
test.each(cases)('%s: %s is unreadable, unknown or nothing, and never throws', async (name, body) => {
  expect(await said(name, JSON.parse(body))).toMatch(/^(unreadable|unknown|nothing|the body is not an event of)/)
})

test.each(['postmark', 'brevo'] as const)('%s: a body that is not JSON or not UTF-8 is refused', async (name) => {
  const provider = providers.find((one) => one.name === name)
  const { headers } = SIGNERS[name]('{}', NOW)
  for (const body of [new Uint8Array([0xff, 0xfe]), new Uint8Array([0x65, 0x3d])]) {
    const answer = await provider?.read({ headers, body }, SECRETS[name], NOW, { fetchText: async () => SNS })
    expect(answer).toEqual({ refused: expect.stringContaining('expected JSON'), status: 422 })
  }
})

test('sendgrid: an unreadable event does not block the others of its batch', async () => {
  const batch = [...sendgrid({ sg_event_id: undefined }), ...sendgrid({}), ...sendgrid({ email: 7 })]
  expect(await said('sendgrid', [...batch, {}])).toBe('hard,hard,unreadable bounce,unreadable without a name')
})

test('ses: each recipient of a bounce is an event with its own id', async () => {
  const bouncedRecipients = [{ emailAddress: email }, { emailAddress: 'noor@example.org' }]
  const reports = await readEvent(
    'ses',
    ses('Bounce', { bounce: { bounceType: 'Permanent', timestamp, bouncedRecipients } }),
  )
  expect(Array.isArray(reports) && reports.map((one) => 'email' in one && one.email)).toEqual([
    email,
    'noor@example.org',
  ])
  expect(new Set(Array.isArray(reports) ? reports.map((one) => 'id' in one && one.id) : []).size).toBe(2)
})

test('ses: the validation message to a new topic is not an event', async () => {
  const provider = providers.find((one) => one.name === 'ses')
  const request = SIGNERS.ses('Successfully validated SNS topic for Amazon SES event publishing.', NOW)
  expect(await provider?.read(request, SECRETS.ses, NOW, { fetchText: async () => SNS })).toEqual([])
})

test('a dispatch tag that is too long is ignored', async () => {
  const reports = await readEvent('mailgun', mailgun({ 'user-variables': { dispatch: 'x'.repeat(5_000) } }))
  expect(Array.isArray(reports) && reports[0]).not.toHaveProperty('dispatch')
})

const queued = (kind: string, more: object = {}) => ({
  type: `cf.email.sending.message.${kind}`,
  source: { type: 'email.sending', zoneId: 'z', domain: 'example.org' },
  payload: {
    eventId: '0190d0c4-7ea1',
    messageId: 'm',
    sender: 'a@example.org',
    recipient: email,
    terminal: true,
    ...more,
  },
  metadata: { accountId: 'a', eventSchemaVersion: 1, eventTimestamp: timestamp },
})
const smtp = (smtpEnhancedStatusCode: string) => ({ delivery: { status: 'bounced', smtpEnhancedStatusCode } })

test.each<[string, unknown, Said]>([
  ['delivered', queued('delivered'), 'delivered'],
  ['deferred', queued('deferred'), 'deferred'],
  ['hard', queued('bounced', { bounce: { type: 'hard' }, ...smtp('5.1.1') }), 'hard'],
  ['hard by a filter', queued('bounced', { bounce: { type: 'hard' }, ...smtp('5.7.1') }), 'refused'],
  ['soft', queued('bounced', { bounce: { type: 'soft' }, ...smtp('4.2.2') }), 'soft'],
  ['failed', queued('failed', { failure: { reason: 'x' } }), 'refused'],
  ['rejected', queued('rejected', { rejection: { reason: 'suppressed' } }), 'refused'],
  ['complained', queued('complained', { complaint: { type: 'abuse' } }), 'complained'],
])('cloudflare: %s', (_what, body, expected) => {
  const reports = readQueueMessage(body, NOW)
  expect(wordsOf(reports)).toBe(expected)
  expect(reports[0]).toMatchObject({ id: '0190d0c4-7ea1', email, at: Date.parse(timestamp) })
})

test.each([
  [{ ...queued('delivered'), type: 'cf.kv.namespace.created' }, 'unknown cf.kv.namespace.created'],
  ['text', 'unreadable without a name'],
  [undefined, 'unreadable without a name'],
])('cloudflare: %j is told and not retried', (body, expected) => {
  expect(wordsOf(readQueueMessage(body, NOW))).toBe(expected)
})
