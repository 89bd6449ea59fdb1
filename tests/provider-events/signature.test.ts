import { generateKeyPairSync } from 'node:crypto'
import https from 'node:https'
import { PassThrough } from 'node:stream'
import { EventWebhook } from '@sendgrid/eventwebhook'
import MessageValidator from 'sns-validator'
import { Webhook } from 'svix'
import { expect, test, vi } from 'vitest'
import type { ProviderReport, ReadEvents, SignedRequest } from '../../src/provider-events/provider.ts'
import { providers } from '../../src/provider-events/providers.ts'
import SNS from '../support/certificates/sns.pem?raw'
import SNS_ELSEWHERE from '../support/certificates/sns-elsewhere.pem?raw'
import {
  BOUNCES,
  CERTIFICATE_URL,
  fromSes,
  fromSesElsewhere,
  type Name,
  SECRETS,
  SIGNERS,
  type SnsFields,
  signed,
  snsMessage,
  TOPIC,
} from '../support/signed-events.ts'

const NOW = Date.parse('2026-12-01T12:00:00Z')
const HOUR = 3_600_000
const EVENT: ProviderReport = {
  id: expect.any(String) as string,
  kind: 'bounced',
  permanent: true,
  suppresses: true,
  email: 'iris@example.org',
  dispatch: 'd-1',
  at: expect.any(Number) as number,
}

const names = Object.keys(SECRETS) as Name[]
const provider = (name: Name) => {
  const found = providers.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no provider ${name}`)
  return found
}
const bodyOf = (name: Name) => JSON.stringify(BOUNCES[name])
const genuine = (name: Name, at = NOW) => SIGNERS[name](bodyOf(name), at)
const read = (name: Name, request: SignedRequest, { now = NOW, certificate = SNS, secret = SECRETS[name] } = {}) =>
  provider(name).read(request, secret, now, { fetchText: async () => certificate })

const firstId = (answer: ReadEvents) => {
  const [first] = Array.isArray(answer) ? answer : []
  return first !== undefined && 'id' in first ? first.id : undefined
}
const refused = (answer: ReadEvents) => ('refused' in answer ? answer.refused : undefined)

/** The same headers with another person in the body. */
function bodyChanged({ headers, body }: SignedRequest): SignedRequest {
  const text = new TextDecoder().decode(body)
  expect(text).toContain('iris@example.org')
  return {
    headers,
    body: new TextEncoder().encode(text.replaceAll('iris@example.org', 'noor@example.org')) as typeof body,
  }
}

function without(request: SignedRequest, header: string): SignedRequest {
  const headers = new Headers(request.headers)
  expect(headers.has(header)).toBe(true)
  headers.delete(header)
  return { ...request, headers }
}

test.each(names)('%s: a genuine event is accepted', async (name) => {
  expect(await read(name, genuine(name))).toEqual([EVENT])
})

test.each(names)('%s: the same event sent again has the same id, and no address is in it', async (name) => {
  const [first, second] = await Promise.all([read(name, genuine(name)), read(name, genuine(name, NOW - 1_000))])
  const ids = [first, second].map(firstId)
  expect(ids[0]).toBe(ids[1])
  expect(ids[0]).not.toContain('@example.org')
})

type Attack = { what: string; of: Partial<Record<Name, () => SignedRequest>>; cannot: Partial<Record<Name, string>> }

const otherKey = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey

const UNSIGNED = 'signs nothing: who knows the secret may say anything'
const TIMELESS = 'signs no time: only the nonce stops a repetition'
const INSIDE = 'has its signature in the body, not in a header'

const ATTACKS: Attack[] = [
  {
    what: 'a changed body',
    of: {
      resend: () => bodyChanged(genuine('resend')),
      sendgrid: () => bodyChanged(genuine('sendgrid')),
      ses: () => bodyChanged(genuine('ses')),
    },
    cannot: { mailgun: 'does not sign the body: its token is the nonce instead', postmark: UNSIGNED, brevo: UNSIGNED },
  },
  {
    what: 'a signature older than the retries go on',
    of: Object.fromEntries(
      (['resend', 'sendgrid', 'mailgun', 'ses'] as const).map((name) => [
        name,
        () => genuine(name, NOW - provider(name).freshSeconds * 1_000 - 1_000),
      ]),
    ),
    cannot: { postmark: TIMELESS, brevo: TIMELESS },
  },
  {
    what: 'a signature of ten minutes from now',
    of: Object.fromEntries(
      (['resend', 'sendgrid', 'mailgun', 'ses'] as const).map((name) => [name, () => genuine(name, NOW + HOUR / 6)]),
    ),
    cannot: { postmark: TIMELESS, brevo: TIMELESS },
  },
  {
    what: 'another key',
    of: {
      resend: () => SIGNERS.resend(bodyOf('resend'), NOW, 'whsec_QWxsIG91ciBzZWNyZXRzIGFyZSBvdGhlcnM='),
      sendgrid: () => SIGNERS.sendgrid(bodyOf('sendgrid'), NOW, otherKey()),
      mailgun: () => SIGNERS.mailgun(bodyOf('mailgun'), NOW, 'another-key-of-sixteen'),
      postmark: () => SIGNERS.postmark(bodyOf('postmark'), NOW, `${SECRETS.postmark}x`),
      brevo: () => SIGNERS.brevo(bodyOf('brevo'), NOW, SECRETS.brevo.slice(0, -1)),
      ses: () => fromSesElsewhere(bodyOf('ses'), NOW),
    },
    cannot: {},
  },
  {
    what: 'a missing signature',
    of: {
      resend: () => without(genuine('resend'), 'svix-signature'),
      sendgrid: () => without(genuine('sendgrid'), 'x-twilio-email-event-webhook-signature'),
      postmark: () => without(genuine('postmark'), 'authorization'),
      brevo: () => without(genuine('brevo'), 'authorization'),
      mailgun: () => signed(JSON.stringify({ 'event-data': BOUNCES.mailgun })),
      ses: () => signed(JSON.stringify({ ...snsMessage({ Message: bodyOf('ses') }, NOW), Signature: undefined })),
    },
    cannot: {},
  },
  {
    what: 'a missing time header',
    of: {
      resend: () => without(genuine('resend'), 'svix-timestamp'),
      sendgrid: () => without(genuine('sendgrid'), 'x-twilio-email-event-webhook-timestamp'),
    },
    cannot: { mailgun: INSIDE, ses: INSIDE, postmark: TIMELESS, brevo: TIMELESS },
  },
]

test('the table of attacks covers every provider, or says why an attack does not apply', () => {
  for (const { of, cannot } of ATTACKS) expect([...Object.keys(of), ...Object.keys(cannot)].sort()).toEqual(names)
})

const attacks = ATTACKS.flatMap(({ what, of }) =>
  Object.entries(of).map(([name, make]) => [name as Name, what, make] as const),
)
test.each(attacks)('%s: %s is refused with a message without secret or address', async (name, _what, make) => {
  const answer = refused(await read(name, make()))
  expect(answer).toMatch(/\w+ \w+/)
  expect(answer).not.toContain('example.org')
  expect(answer).not.toContain(SECRETS[name])
})

const changes = Object.entries(ATTACKS[0]?.cannot ?? {}) as [Name, string][]
test.each(changes)('%s %s, so a changed body is accepted, but with the id of the genuine event', async (name) => {
  const request = genuine(name)
  const [before, after] = [await read(name, request), await read(name, bodyChanged(request))]
  expect(after).toEqual([{ ...EVENT, email: 'noor@example.org' }])
  expect(firstId(after)).toBe(firstId(before))
})

test.each(['resend', 'sendgrid', 'mailgun', 'ses'] as const)('%s: the last retry is still fresh', async (name) =>
  expect(await read(name, genuine(name, NOW - provider(name).freshSeconds * 1_000))).toEqual([EVENT]),
)

test('resend: during a secret rotation one valid signature of several is enough', async () => {
  const { headers, body } = genuine('resend')
  headers.set('svix-signature', `v2,AAAA v1,not-base64! v1,${btoa('x'.repeat(32))} ${headers.get('svix-signature')}`)
  expect(await read('resend', { headers, body })).toEqual([EVENT])
})

test("Tocsin and the providers' own libraries accept the same requests", async () => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  const resend = genuine('resend')
  const svix = new Webhook(SECRETS.resend)
  const svixHeaders = Object.fromEntries(resend.headers)
  expect(() => svix.verify(bodyOf('resend'), svixHeaders)).not.toThrow()
  expect(() => svix.verify(`${bodyOf('resend')} `, svixHeaders)).toThrow('No matching signature')
  vi.useRealTimers()

  const sendgrid = genuine('sendgrid')
  const events = new EventWebhook()
  const verify = (body: string) =>
    events.verifySignature(
      events.convertPublicKeyToECDSA(SECRETS.sendgrid),
      body,
      sendgrid.headers.get('x-twilio-email-event-webhook-signature') ?? '',
      sendgrid.headers.get('x-twilio-email-event-webhook-timestamp') ?? '',
    )
  expect(verify(bodyOf('sendgrid'))).toBe(true)
  expect(verify(`${bodyOf('sendgrid')} `)).toBe(false)
})

test("sendgrid: the test vector of SendGrid's own library is accepted", async () => {
  const body = `${JSON.stringify([
    {
      email: 'hello@world.com',
      event: 'dropped',
      reason: 'Bounced Address',
      sg_event_id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
      sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0',
      'smtp-id': '<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>',
      timestamp: 1600112492,
    },
  ])}\r\n`
  const request = signed(body, {
    'x-twilio-email-event-webhook-signature':
      'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
    'x-twilio-email-event-webhook-timestamp': '1600112502',
  })
  const secret =
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=='
  const reports = await read('sendgrid', request, { now: 1_600_112_502_000, secret })
  expect(reports).toEqual([expect.objectContaining({ kind: 'bounced', permanent: true, email: 'hello@world.com' })])
})

test.each([
  ['1', {}],
  ['2', {}],
  ['2', { Subject: 'Amazon SES Email Event Notification' }],
])('ses: version %s with %o is signed as the validator of AWS expects it', async (SignatureVersion, more) => {
  const client = https as { get: (url: string, answer: (response: object) => void) => unknown }
  const get = vi.spyOn(client, 'get').mockImplementation((_, answer) => {
    const response = Object.assign(new PassThrough(), { statusCode: 200 })
    answer(response)
    response.end(SNS)
    return response
  })
  const message: SnsFields = snsMessage({ Message: bodyOf('ses'), SignatureVersion, ...more }, NOW)
  await new Promise<void>((resolve, reject) =>
    new MessageValidator().validate(message, (error) => (error ? reject(error) : resolve())),
  )
  get.mockRestore()
  expect(await read('ses', signed(JSON.stringify(message)))).toEqual([EVENT])
})

const ELSEWHERE: [string, SnsFields][] = [
  ['a bucket called sns', { SigningCertURL: 'https://sns.s3.amazonaws.com/SimpleNotificationService-1.pem' }],
  ['one of a region', { SigningCertURL: 'https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-1.pem' }],
  ['another region', { SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem' }],
  ['another host', { SigningCertURL: 'https://sns.example.org/SimpleNotificationService-1.pem' }],
  [
    'a host that only begins like it',
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.example.org/SimpleNotificationService-1.pem' },
  ],
  [
    'another person’s bucket',
    { SigningCertURL: 'https://sns.s3.amazonaws.com.evil.example/SimpleNotificationService-1.pem' },
  ],
  ['no TLS', { SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem' }],
  ['another port', { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-1.pem' }],
  [
    'a user before the host',
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com@example.org/SimpleNotificationService-1.pem' },
  ],
  [
    'an answer of the API',
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/?Action=x&y=SimpleNotificationService-1.pem' },
  ],
  [
    'a certificate’s path with a query',
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem?Action=x' },
  ],
  ['another topic', { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:mail-events' }],
  ['an unknown version', { SignatureVersion: '3' }],
]
test.each(ELSEWHERE)('ses: a message of %s is refused before a certificate is fetched', async (_what, fields) => {
  const fetchText = vi.fn(async () => SNS)
  const request = signed(JSON.stringify(snsMessage({ Message: bodyOf('ses'), ...fields }, NOW)))
  expect(refused(await provider('ses').read(request, TOPIC, NOW, { fetchText }))).toBeTypeOf('string')
  expect(fetchText).not.toHaveBeenCalled()
})

const certificateUrl = (name: string) => ({ SigningCertURL: CERTIFICATE_URL.replace('9c6465', name) })

test('ses: a certificate for another host is refused even with a valid signature', async () => {
  const { body, headers } = fromSesElsewhere(bodyOf('ses'), NOW)
  const message = { ...JSON.parse(new TextDecoder().decode(body)), ...certificateUrl('e15e') }
  const answer = await read('ses', { ...signed(JSON.stringify(message)), headers }, { certificate: SNS_ELSEWHERE })
  expect(refused(answer)).toContain('another host')
})

test('ses: an expired certificate is refused', async () => {
  const late = Date.parse('2300-01-01T00:00:00Z')
  expect(refused(await read('ses', fromSes(bodyOf('ses'), late), { now: late }))).toContain('not valid at this time')
})

test('ses: an invalid certificate is refused and not cached', async () => {
  const request = signed(JSON.stringify(snsMessage({ Message: bodyOf('ses'), ...certificateUrl('0dd5') }, NOW)))
  expect(refused(await read('ses', request, { certificate: '<html>' }))).toContain('does not return a certificate')
  expect(await read('ses', request)).toEqual([EVENT])
})

test('ses: a certificate that cannot be fetched fails the request without refusing it, so that SNS retries', async () => {
  const request = signed(JSON.stringify(snsMessage({ Message: bodyOf('ses'), ...certificateUrl('dead') }, NOW)))
  const fetchText = () => Promise.reject(new Error('503'))
  await expect(provider('ses').read(request, TOPIC, NOW, { fetchText })).rejects.toThrow('503')
})

test('ses: a certificate is cached', async () => {
  const fetchText = vi.fn(async () => SNS)
  const request = signed(JSON.stringify(snsMessage({ Message: bodyOf('ses'), ...certificateUrl('0ce') }, NOW)))
  for (let i = 0; i < 3; i++) await provider('ses').read(request, TOPIC, NOW, { fetchText })
  expect(fetchText).toHaveBeenCalledOnce()
})

const SUBSCRIBE = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`
const subscription = (SubscribeURL: string) =>
  signed(
    JSON.stringify(
      snsMessage(
        { Type: 'SubscriptionConfirmation', Message: 'You have chosen', Token: '2336412f37', SubscribeURL },
        NOW,
      ),
    ),
  )

test('ses: a subscription to the configured topic is confirmed at Amazon and is not an event', async () => {
  const fetchText = vi.fn(async (_url: string) => SNS)
  expect(await provider('ses').read(subscription(SUBSCRIBE), TOPIC, NOW, { fetchText })).toEqual([])
  expect(fetchText).toHaveBeenLastCalledWith(SUBSCRIBE)
})

test.each([
  SUBSCRIBE.replace('amazonaws.com', 'amazonaws.com.example.org'),
  SUBSCRIBE.replace(TOPIC, 'arn:aws:sns:eu-west-1:999999999999:mail-events'),
  SUBSCRIBE.replace('ConfirmSubscription', 'Unsubscribe'),
  'not a URL',
])('ses: a subscription is not confirmed at %s', async (url) => {
  const fetchText = vi.fn(async (_url: string) => SNS)
  expect(refused(await provider('ses').read(subscription(url), TOPIC, NOW, { fetchText }))).toContain('SubscribeURL')
  expect(fetchText).not.toHaveBeenCalledWith(url)
})

test.each([
  ['postmark', { authorization: `Bearer ${SECRETS.postmark}` }],
  ['postmark', { 'x-webhook-secret': SECRETS.postmark }],
  ['brevo', { authorization: `Basic ${btoa(`anybody:${SECRETS.brevo}`)}` }],
  ['brevo', { 'X-Webhook-Secret': SECRETS.brevo }],
] as const)('%s: the secret is found in %o', async (name, headers) => {
  expect(await read(name, signed(bodyOf(name), headers))).toEqual([EVENT])
})

test.each(['Basic', 'Basic !!!', `Basic ${btoa('no-colon')}`, 'Bearer', 'Bearer ', 'Digest x', ''])(
  'postmark: no secret is found in %o',
  async (authorization) => {
    expect(refused(await read('postmark', signed(bodyOf('postmark'), { authorization })))).toBeTypeOf('string')
  },
)

test.each(names)('%s: a malformed secret has a fault, a well-formed one has none', (name) => {
  const { secretFault } = provider(name)
  expect(secretFault(SECRETS[name])).toBeNull()
  for (const wrong of ['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', 'arn:aws:sqs:eu-west-1:1:x']) {
    if (name === 'postmark' || name === 'brevo' || name === 'mailgun') expect(secretFault('short')).toContain('must be')
    else expect(secretFault(wrong)).toContain('must be')
  }
})

test.each(names)('%s: with an empty or malformed secret every request is refused', async (name) => {
  for (const secret of ['', 'whsec_', 'nonsense']) {
    expect(refused(await read(name, genuine(name), { secret }))).toBeTypeOf('string')
  }
})
