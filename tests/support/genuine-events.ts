import { BOUNCES, type Name } from './signed-events.ts'

/**
 * An event as a provider sends it. `effect` is what it means; `needed` are the paths of the fields that say so. Every other field may be
 * missing or of any type.
 */
export type GenuineEvent = { what: string; event: object; effect: string; needed: readonly string[] }

const email = 'iris@example.org'
const timestamp = '2026-11-24T12:00:00.000Z'

const brevo = (event: string, more: object = {}) => ({ ...BOUNCES.brevo, event, ...more })
const mailgun = (event: string, more: object = {}) => ({
  id: 'Ase7i2zsRYeDXztHGENqRA',
  timestamp: 1_795_521_600.5,
  'log-level': 'info',
  event,
  recipient: email,
  'recipient-domain': 'example.org',
  tags: ['appeal'],
  campaigns: [],
  geolocation: { country: 'FR', region: 'Unknown', city: 'Unknown' },
  'client-info': { 'client-name': 'Firefox', 'user-agent': 'Mozilla/5.0' },
  message: { headers: { 'message-id': '1@mail.example.org', to: email }, attachments: [], size: 341 },
  flags: { 'is-test-mode': false },
  envelope: { sender: 'office@example.org', transport: 'smtp', targets: email },
  'delivery-status': { code: 250, message: 'OK', 'attempt-no': 1, tls: true },
  'user-variables': { dispatch: 'd-1' },
  ...more,
})
const mail = {
  timestamp,
  source: 'office@example.org',
  sendingAccountId: '123456789012',
  messageId: 'EXAMPLE7c191be45',
  destination: [email],
  headersTruncated: false,
  headers: [{ name: 'From', value: 'office@example.org' }],
  commonHeaders: { from: ['office@example.org'], subject: 'Urgent' },
  tags: { 'ses:configuration-set': ['events'], dispatch: ['d-1'] },
}
const ses = (eventType: string, more: object) => ({ eventType, mail, ...more })
const postmark = (RecordType: string, more: object) => ({
  RecordType,
  ID: 42,
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  ServerID: 23,
  MessageStream: 'broadcast',
  Tag: 'appeal',
  Metadata: { dispatch: 'd-1' },
  Details: 'smtp;250 OK',
  ...more,
})
const resend = (type: string, more: object = {}) => ({
  type,
  created_at: timestamp,
  data: {
    broadcast_id: '8b146471-e88e-4322-86af-016cd36fd216',
    created_at: timestamp,
    email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
    from: 'Office <office@example.org>',
    to: [email],
    subject: 'Urgent',
    tags: { dispatch: 'd-1' },
    headers: [{ name: 'X-Id', value: '1' }],
    ...more,
  },
})
const sendgrid = (event: string, more: object = {}) => [
  {
    email,
    timestamp: 1_795_521_600,
    'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
    event,
    category: ['appeal'],
    sg_event_id: '6g4ZI7SA-xmRDv57GoPIPw==',
    sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
    dispatch: 'd-1',
    ip: '192.0.2.1',
    tls: 1,
    ...more,
  },
]
const recipient = { emailAddress: email, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 unknown' }
const bounced = { feedbackId: 'f-1', timestamp, reportingMTA: 'dsn; a8-70.smtp-out.amazonses.com' }

const event = (what: string, effect: string, body: object, ...needed: string[]): GenuineEvent => ({
  what,
  event: body,
  effect,
  needed,
})

export const GENUINE: Readonly<Record<Name, readonly GenuineEvent[]>> = {
  brevo: [
    event('hard bounce', 'hard', brevo('hard_bounce'), 'event', 'email'),
    event('soft bounce', 'soft', brevo('soft_bounce', { reason: '452 4.2.2 full' }), 'event', 'email'),
    event('complaint', 'complained', brevo('complaint'), 'event', 'email'),
    event('unsubscribe', 'unsubscribed', brevo('unsubscribed', { reason: '' }), 'event', 'email'),
    event(
      'blocked, remembers an opt-out',
      'unsubscribed',
      brevo('blocked', { reason: 'due to unsubscribed user' }),
      'event',
      'email',
      'reason',
    ),
  ],
  mailgun: [
    event(
      'failed',
      'hard',
      mailgun('failed', {
        severity: 'permanent',
        reason: 'bounce',
        'delivery-status': { code: 550, message: '5.1.1 no such user', 'enhanced-code': '5.1.1', description: '' },
      }),
      'event',
      'recipient',
      'severity',
    ),
    event('complaint', 'complained', mailgun('complained'), 'event', 'recipient'),
    event('unsubscribe', 'unsubscribed', mailgun('unsubscribed'), 'event', 'recipient'),
    event('delivered', 'delivered', mailgun('delivered'), 'event', 'recipient'),
  ],
  postmark: [
    event(
      'bounce',
      'hard',
      postmark('Bounce', { Type: 'HardBounce', TypeCode: 1, Email: email, BouncedAt: timestamp, Inactive: true }),
      'RecordType',
      'Type',
      'Email',
    ),
    event(
      'complaint',
      'complained',
      postmark('SpamComplaint', { Type: 'SpamComplaint', TypeCode: 512, Email: email, BouncedAt: timestamp }),
      'RecordType',
      'Email',
    ),
    event(
      'subscription change',
      'unsubscribed',
      postmark('SubscriptionChange', {
        Recipient: email,
        ChangedAt: timestamp,
        Origin: 'Recipient',
        SuppressSending: true,
        SuppressionReason: 'ManualSuppression',
      }),
      'RecordType',
      'Recipient',
      'SuppressSending',
    ),
    event(
      'delivery',
      'delivered',
      postmark('Delivery', { Recipient: email, DeliveredAt: timestamp }),
      'RecordType',
      'Recipient',
    ),
  ],
  resend: [
    event(
      'bounce',
      'hard',
      resend('email.bounced', { bounce: { message: '550 5.1.1 no such user', subType: 'General', type: 'Permanent' } }),
      'type',
      'data.to.0',
      'data.bounce.type',
    ),
    event('complaint', 'complained', resend('email.complained'), 'type', 'data.to.0'),
    event('suppressed', 'hard', resend('email.suppressed'), 'type', 'data.to.0'),
    event('delivered', 'delivered', resend('email.delivered'), 'type', 'data.to.0'),
  ],
  sendgrid: [
    event(
      'bounce',
      'hard',
      sendgrid('bounce', { type: 'bounce', bounce_classification: 'Invalid Address', status: '5.1.1', reason: '550' }),
      '0.event',
      '0.email',
      '0.bounce_classification',
    ),
    event(
      'dropped',
      'unsubscribed',
      sendgrid('dropped', { reason: 'Unsubscribed Address' }),
      '0.event',
      '0.email',
      '0.reason',
    ),
    event('spam report', 'complained', sendgrid('spamreport'), '0.event', '0.email'),
    event('unsubscribe', 'unsubscribed', sendgrid('group_unsubscribe', { asm_group_id: 10 }), '0.event', '0.email'),
    event('delivered', 'delivered', sendgrid('delivered', { response: '250 OK' }), '0.event', '0.email'),
  ],
  ses: [
    event(
      'bounce',
      'hard',
      ses('Bounce', {
        bounce: { ...bounced, bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [recipient] },
      }),
      'eventType',
      'bounce.bounceType',
      'bounce.bouncedRecipients.0.emailAddress',
    ),
    event(
      'complaint',
      'complained',
      ses('Complaint', {
        complaint: {
          ...bounced,
          complainedRecipients: [{ emailAddress: email }],
          complaintSubType: null,
          complaintFeedbackType: 'abuse',
          userAgent: 'Loop/2.0',
          arrivalDate: timestamp,
        },
      }),
      'eventType',
      'complaint.complainedRecipients.0.emailAddress',
    ),
    event(
      'delivery',
      'delivered',
      ses('Delivery', {
        delivery: { timestamp, processingTimeMillis: 3_982, recipients: [email], smtpResponse: '250 ok' },
      }),
      'eventType',
      'delivery.recipients.0',
    ),
    event('reject', 'refused', ses('Reject', { reject: { reason: 'Bad content' } }), 'eventType', 'mail.destination.0'),
  ],
}
