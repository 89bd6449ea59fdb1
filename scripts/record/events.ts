/** Provider events as signed webhook requests, with fixed secrets. */

import { createHmac, createSign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../local/bundle.ts'
import type { Ask } from './http.ts'

/** Reads a key or certificate for tests. */
const key = (name: string): string => readFileSync(join(root, 'tests', 'support', 'certificates', name), 'utf8')

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail-events'
export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem'
export const certificate = (): string => key('sns.pem')

export const SECRETS = {
  brevo: 'b6f0c3f5a1d94e0c9b7e2d4a',
  mailgun: '3ae6f1d2c4b5a6978899aabbccddeeff',
  postmark: 'nG2vK8wQ4rT6yU1iO3pA5sD7',
  resend: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
  sendgrid: key('sendgrid.spki').trim(),
  ses: TOPIC,
}
export type Provider = keyof typeof SECRETS

/** An event of a dispatch's mail to `email`. `at`: epoch ms. `n`: makes the event's id unique. */
export type EventCase = {
  what: 'delivered' | 'hard' | 'soft' | 'complained' | 'unsubscribed'
  email: string
  dispatch: string
  at: number
  n: number
}

const iso = (at: number): string => new Date(at).toISOString()

const BY_RESEND: Record<EventCase['what'], string> = {
  delivered: 'delivered',
  hard: 'bounced',
  soft: 'bounced',
  complained: 'complained',
  unsubscribed: 'suppressed',
}

/** Bodies of events by provider, in the providers' documented formats. */
const BODIES: Record<Provider, (eventCase: EventCase) => unknown> = {
  brevo: ({ what, email, dispatch, at, n }) => ({
    event: {
      delivered: 'delivered',
      hard: 'hard_bounce',
      soft: 'soft_bounce',
      complained: 'spam',
      unsubscribed: 'unsubscribed',
    }[what],
    email,
    id: 26224,
    date: '2026-12-07 12:00:00',
    ts: Math.floor(at / 1_000),
    'message-id': `<${n}@smtp-relay.mailin.fr>`,
    ts_epoch: at,
    subject: 'Urgent',
    tags: [`dispatch:${dispatch}`],
    reason: what === 'hard' ? '550 5.1.1 unknown user' : what === 'soft' ? '452 4.2.2 full' : '',
  }),
  mailgun: ({ what, email, dispatch, at, n }) => ({
    event: {
      delivered: 'delivered',
      hard: 'failed',
      soft: 'failed',
      complained: 'complained',
      unsubscribed: 'unsubscribed',
    }[what],
    id: `event-${n}`,
    timestamp: at / 1_000,
    severity: 'permanent',
    reason: what === 'soft' ? 'old' : 'bounce',
    recipient: email,
    'delivery-status': { code: 550, message: '5.1.1 no such user', 'enhanced-code': '5.1.1' },
    'user-variables': { dispatch },
  }),
  postmark: ({ what, email, dispatch, at, n }) => {
    const shared = { ID: n, MessageID: `883953f4-6105-42a2-a16a-77a8eac7948${n}`, Metadata: { dispatch } }
    if (what === 'delivered') return { RecordType: 'Delivery', ...shared, Recipient: email, DeliveredAt: iso(at) }
    if (what === 'unsubscribed')
      return {
        RecordType: 'SubscriptionChange',
        ...shared,
        Recipient: email,
        ChangedAt: iso(at),
        SuppressSending: true,
        SuppressionReason: 'ManualSuppression',
      }
    const Type = { hard: 'HardBounce', soft: 'SoftBounce', complained: 'SpamComplaint' }[what]
    return {
      RecordType: what === 'complained' ? 'SpamComplaint' : 'Bounce',
      ...shared,
      Type,
      Details: '',
      Email: email,
      BouncedAt: iso(at),
    }
  },
  resend: ({ what, email, dispatch, at }) => ({
    type: `email.${BY_RESEND[what]}`,
    created_at: iso(at),
    data: {
      to: [email],
      tags: { dispatch },
      ...((what === 'hard' || what === 'soft') && {
        bounce: { type: what === 'hard' ? 'Permanent' : 'Transient', subType: 'General' },
      }),
    },
  }),
  sendgrid: ({ what, email, dispatch, at, n }) => [
    {
      event: {
        delivered: 'delivered',
        hard: 'bounce',
        soft: 'bounce',
        complained: 'spamreport',
        unsubscribed: 'unsubscribe',
      }[what],
      type: 'bounce',
      bounce_classification: what === 'soft' ? 'Mailbox Unavailable' : 'Invalid Address',
      email,
      timestamp: Math.floor(at / 1_000),
      sg_event_id: `event-${n}`,
      dispatch,
    },
  ],
  ses: ({ what, email, dispatch, at }) => {
    const mail = { timestamp: iso(at), messageId: 'EXAMPLE', destination: [email], tags: { dispatch: [dispatch] } }
    if (what === 'delivered')
      return { eventType: 'Delivery', mail, delivery: { timestamp: iso(at), recipients: [email] } }
    const recipients = [{ emailAddress: email }]
    if (what === 'complained')
      return { eventType: 'Complaint', mail, complaint: { timestamp: iso(at), complainedRecipients: recipients } }
    const bounceSubType = what === 'unsubscribed' ? 'UnsubscribedRecipient' : 'General'
    return {
      eventType: 'Bounce',
      mail,
      bounce: {
        timestamp: iso(at),
        bounceType: what === 'soft' ? 'Transient' : 'Permanent',
        bounceSubType,
        bouncedRecipients: recipients,
      },
    }
  },
}

type Signed = { headers?: Record<string, string>; body: string }

const seconds = (at: number): string => String(Math.floor(at / 1_000))

const SIGNERS: Record<Provider, (body: string, at: number, n: number) => Signed> = {
  brevo: (body) => ({ body, headers: { authorization: `Bearer ${SECRETS.brevo}` } }),
  postmark: (body) => ({ body, headers: { authorization: `Basic ${btoa(`tocsin:${SECRETS.postmark}`)}` } }),
  mailgun: (body, at, n) => {
    const [timestamp, token] = [seconds(at), `token-of-event-${n}`]
    const signature = createHmac('sha256', SECRETS.mailgun)
      .update(timestamp + token)
      .digest('hex')
    return { body: JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': JSON.parse(body) }) }
  },
  resend: (body, at, n) => {
    const secret = Buffer.from(SECRETS.resend.slice('whsec_'.length), 'base64')
    const signature = createHmac('sha256', secret)
      .update(`msg_${n}.${seconds(at)}.${body}`)
      .digest('base64')
    return {
      body,
      headers: { 'svix-id': `msg_${n}`, 'svix-timestamp': seconds(at), 'svix-signature': `v1,${signature}` },
    }
  },
  sendgrid: (body, at) => {
    const signature = createSign('sha256').update(seconds(at)).update(body).sign(key('sendgrid.key'), 'base64')
    const name = 'x-twilio-email-event-webhook'
    return { body, headers: { [`${name}-signature`]: signature, [`${name}-timestamp`]: seconds(at) } }
  },
  ses: (body, at, n) => ({ body: JSON.stringify(notification({ Message: body, MessageId: `message-${n}` }, at)) }),
}

/** A signed SNS message with these fields. */
export function notification(fields: Record<string, string>, at: number): Record<string, string> {
  const message: Record<string, string> = {
    Type: 'Notification',
    TopicArn: TOPIC,
    Timestamp: iso(at),
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE_URL,
    ...fields,
  }
  const names =
    message.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join('')
  return { ...message, Signature: createSign('RSA-SHA256').update(text).sign(key('sns.key'), 'base64') }
}

export const bodyOf = (provider: Provider, eventCase: EventCase): string => JSON.stringify(BODIES[provider](eventCase))

export const webhook = (provider: string, { body, headers = {} }: Signed): Ask => ({
  method: 'POST',
  path: `/webhooks/${provider}`,
  headers: { 'content-type': 'application/json', ...headers },
  body,
})

export const event = (provider: Provider, eventCase: EventCase): Ask =>
  webhook(provider, SIGNERS[provider](bodyOf(provider, eventCase), eventCase.at, eventCase.n))
