import { createHmac, createSign } from 'node:crypto'
import { Webhook } from 'svix'
import type { SignedRequest } from '../../src/provider-events/provider.ts'
import SENDGRID_KEY from './certificates/sendgrid.key?raw'
import SENDGRID_PUBLIC from './certificates/sendgrid.spki?raw'
import SNS_KEY from './certificates/sns.key?raw'
import SNS_ELSEWHERE_KEY from './certificates/sns-elsewhere.key?raw'

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail-events'
export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem'

/** The webhook secret of each provider, as in the settings. */
export const SECRETS = {
  brevo: 'b6f0c3f5a1d94e0c9b7e2d4a',
  mailgun: '3ae6f1d2c4b5a6978899aabbccddeeff',
  postmark: 'nG2vK8wQ4rT6yU1iO3pA5sD7',
  resend: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  sendgrid: SENDGRID_PUBLIC.trim(),
  ses: TOPIC,
}
export type Name = keyof typeof SECRETS

export const signed = (body: string, headers: Record<string, string> = {}): SignedRequest => ({
  headers: new Headers({ 'content-type': 'application/json', ...headers }),
  body: new TextEncoder().encode(body) as Uint8Array<ArrayBuffer>,
})

/** A webhook request as Resend makes it, signed by Svix's own library. `at` is the time of signing, epoch ms. */
export function fromResend(body: string, at: number, secret = SECRETS.resend): SignedRequest {
  const id = 'msg_2b7Qm9s5cVZ1'
  const signature = new Webhook(secret).sign(id, new Date(at), body)
  return signed(body, { 'svix-id': id, 'svix-timestamp': `${Math.floor(at / 1_000)}`, 'svix-signature': signature })
}

export function fromSendgrid(body: string, at: number, key = SENDGRID_KEY): SignedRequest {
  const timestamp = `${Math.floor(at / 1_000)}`
  const signature = createSign('sha256').update(timestamp).update(body).sign(key, 'base64')
  return signed(body, {
    'x-twilio-email-event-webhook-signature': signature,
    'x-twilio-email-event-webhook-timestamp': timestamp,
  })
}

/** A webhook request as Mailgun makes it: `body` is the event, which Mailgun wraps together with the signature. */
export function fromMailgun(body: string, at: number, key = SECRETS.mailgun): SignedRequest {
  const timestamp = `${Math.floor(at / 1_000)}`
  const token = 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0'
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex')
  return signed(JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': JSON.parse(body) }))
}

export const fromPostmark = (body: string, _at: number, secret = SECRETS.postmark): SignedRequest =>
  signed(body, { authorization: `Basic ${btoa(`tocsin:${secret}`)}` })

export const fromBrevo = (body: string, _at: number, secret = SECRETS.brevo): SignedRequest =>
  signed(body, { authorization: `Bearer ${secret}` })

export type SnsFields = Record<string, string>

/** A webhook request as SNS makes it: `body` is the event of SES, which SNS wraps. */
export const fromSes = (body: string, at: number, key = SNS_KEY): SignedRequest =>
  signed(JSON.stringify(snsMessage({ Message: body }, at, key)))

export const fromSesElsewhere = (body: string, at: number): SignedRequest => fromSes(body, at, SNS_ELSEWHERE_KEY)

/** An SNS message signed over the given fields, valid or not, as a forger with the key could make it. */
export function snsMessage(fields: SnsFields, at: number, key = SNS_KEY): SnsFields {
  const message: SnsFields = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE_URL,
    ...fields,
  }
  const names =
    message.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join('')
  const digest = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256'
  return { ...message, Signature: createSign(digest).update(text).sign(key, 'base64') }
}

/** For each provider: makes a signed webhook request from an event. */
export const SIGNERS: Record<Name, (body: string, at: number, secret?: string) => SignedRequest> = {
  brevo: fromBrevo,
  mailgun: fromMailgun,
  postmark: fromPostmark,
  resend: fromResend,
  sendgrid: fromSendgrid,
  ses: fromSes,
}

/** The same hard bounce as each provider reports it. */
export const BOUNCES: Record<Name, object> = {
  brevo: {
    event: 'hard_bounce',
    email: 'iris@example.org',
    id: 26224,
    date: '2026-11-24 12:00:00',
    ts: 1795521600,
    'message-id': '<202611241200.4711@smtp-relay.mailin.fr>',
    ts_event: 1795521600,
    ts_epoch: 1795521600000,
    subject: 'Urgent',
    tags: ['dispatch:d-1'],
    reason: '550 5.1.1 unknown user',
  },
  mailgun: {
    event: 'failed',
    id: 'G9Bn5sl1TC6nu79C8C0bwg',
    timestamp: 1795521600.33,
    'log-level': 'error',
    severity: 'permanent',
    reason: 'bounce',
    recipient: 'iris@example.org',
    'delivery-status': { code: 550, message: '5.1.1 no such user', 'attempt-no': 1, 'enhanced-code': '5.1.1' },
    'user-variables': { dispatch: 'd-1' },
    tags: [],
  },
  postmark: {
    RecordType: 'Bounce',
    ID: 42,
    Type: 'HardBounce',
    TypeCode: 1,
    MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
    Metadata: { dispatch: 'd-1' },
    Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist.',
    Email: 'iris@example.org',
    BouncedAt: '2026-11-24T12:00:00.0000000Z',
    Inactive: true,
  },
  resend: {
    type: 'email.bounced',
    created_at: '2026-11-24T12:00:00.000Z',
    data: {
      email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
      to: ['iris@example.org'],
      subject: 'Urgent',
      bounce: { message: '550 5.1.1 no such user', subType: 'General', type: 'Permanent' },
      tags: { dispatch: 'd-1' },
    },
  },
  sendgrid: [
    {
      email: 'iris@example.org',
      timestamp: 1795521600,
      'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
      event: 'bounce',
      type: 'bounce',
      bounce_classification: 'Invalid Address',
      sg_event_id: '6g4ZI7SA-xmRDv57GoPIPw==',
      reason: '550 5.1.1 no such user',
      status: '5.1.1',
      dispatch: 'd-1',
    },
  ],
  ses: {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [
        {
          emailAddress: 'iris@example.org',
          action: 'failed',
          status: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
        },
      ],
      timestamp: '2026-11-24T12:00:00.000Z',
      feedbackId: '01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000',
    },
    mail: {
      timestamp: '2026-11-24T11:59:00.000Z',
      messageId: 'EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000',
      destination: ['iris@example.org'],
      tags: { 'ses:configuration-set': ['events'], dispatch: ['d-1'] },
    },
  },
}
