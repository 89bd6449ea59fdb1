import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../scripts/sinks/faults.ts'
import { mayRepeat, newBatchHeader, startAttempt } from '../../../src/delivery/batch.ts'
import { brevo } from '../../../src/transports/drivers/brevo.ts'
import {
  answerInto,
  batchOf,
  describeTransport,
  lowerCased,
  PATIENCE_MS,
  type Rig,
  recipient,
  TEMPLATE,
  within,
} from '../../contracts/transport.ts'
import { type BrevoSink, startBrevoSink } from '../../support/brevo-sink.ts'

type BrevoRig = Rig & { sink: BrevoSink }

async function rig(apiKey = 'xkeysib-sink', timeoutMs?: number): Promise<BrevoRig> {
  const sink = await startBrevoSink()
  return {
    sink,
    transport: brevo({ url: sink.url, apiKey }, { callsPerSecond: 10 }, timeoutMs),
    arrived: async () =>
      sink.mails.map((mail) => ({
        to: mail.to.email,
        subject: mail.subject,
        html: mail.htmlContent,
        text: mail.textContent,
        cc: mail.cc.map(({ email }) => email),
        headers: lowerCased(mail.headers),
        attachments: mail.attachment.map(({ name, content }) => ({
          filename: name,
          contentType: name.endsWith('.html') ? 'text/html' : 'application/pdf', // Brevo goes by the extension
          content: Buffer.from(content, 'base64'),
        })),
      })),
    close: () => sink.close(),
  }
}

describeTransport('brevo', rig, { impatient: () => rig(undefined, PATIENCE_MS) })

const inRig = <T>(run: (rig: BrevoRig) => Promise<T>, ...settings: Parameters<typeof rig>) =>
  within(rig(...settings), run)

const answerTo = (fault: Fault) => answerInto(rig(), fault)

const says = (status: number, code: string, message = code, headers?: Record<string, string>): Fault => ({
  kind: 'status',
  status,
  body: { code, message },
  ...(headers && { headers }),
})

describe('Brevo’s responses', () => {
  test.each<[string, Fault, object]>([
    ['a wrong key stops the dispatch', says(401, 'unauthorized', 'Key not found'), { reason: 'unauthorised' }],
    [
      'a revoked key stops the dispatch',
      says(401, 'unauthorized', 'API Key is not enabled'),
      { reason: 'unauthorised' },
    ],
    [
      'an IP address that Brevo blocks is distinguished from a wrong key',
      says(401, 'unauthorized', 'We have detected you are using an unrecognised IP address 192.0.2.1.'),
      { reason: 'unauthorised', detail: expect.stringContaining('Authorised IPs') },
    ],
    [
      'an account that may not send yet stops the dispatch',
      says(403, 'permission_denied', 'Your SMTP account is not yet activated.'),
      { reason: 'unauthorised', detail: expect.stringContaining('activated') },
    ],
    [
      'an account still being validated stops the dispatch',
      says(403, 'account_under_validation'),
      { reason: 'unauthorised' },
    ],
    ['used-up credits stop the dispatch', says(402, 'not_enough_credits'), { reason: 'quota', permanent: false }],
    [
      'used-up credits are not a bad address, whatever the message',
      says(400, 'not_enough_credits', 'Not enough credits to send this email'),
      { reason: 'quota', permanent: false },
    ],
    [
      'a key without permission is not a bad address',
      says(400, 'permission_denied', 'not allowed to send to this recipient by this sender'),
      { reason: 'unauthorised' },
    ],
    [
      'a refused field other than an address is a content refusal, although its message contains “to”',
      says(400, 'invalid_parameter', 'subject is too long to be sent to anybody'),
      { reason: 'invalid-content', permanent: true },
    ],
    [
      'an address in a version concerns one recipient',
      says(400, 'invalid_parameter', 'messageVersions[1].to[0].email is not valid'),
      { reason: 'bad-address', permanent: true },
    ],
    [
      'a sender that Brevo does not accept stops the dispatch, with its other message',
      says(400, 'invalid_parameter', 'Sending has been rejected because the sender you used is not valid.'),
      { reason: 'sender-not-verified' },
    ],
    [
      'a sender that is not valid stops the dispatch',
      says(400, 'invalid_parameter', 'valid sender email required'),
      { reason: 'sender-not-verified', detail: expect.stringContaining('DNS') },
    ],
    [
      'a rate limit is a pause as long as its reset',
      says(429, 'too_many_requests', 'slow down', { 'x-sib-ratelimit-reset': '17' }),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 17 },
    ],
    [
      'Retry-After is honoured, too',
      says(429, 'too_many_requests', 'slow down', { 'retry-after': '3' }),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 3 },
    ],
    [
      'a refused content is permanent',
      says(400, 'invalid_parameter', 'htmlContent is too short'),
      { reason: 'invalid-content', permanent: true },
    ],
    [
      'a body that is too large is permanent',
      { kind: 'status', status: 413, body: '' },
      { reason: 'invalid-content', permanent: true },
    ],
    [
      'a wrong base URL stops the dispatch',
      says(404, 'document_not_found'),
      { reason: 'unauthorised', detail: expect.stringContaining('BREVO_URL') },
    ],
  ])('%s', async (_, fault, expected) => {
    const { answer, taken } = await answerTo(fault)
    expect(answer).toMatchObject({ kind: 'refused', ...expected })
    expect(taken).toBe(0)
  })

  test.each<[string, Fault]>([
    ['an internal error', says(500, 'internal_error')],
    ['a duplicate of another field than the key', says(400, 'duplicate_parameter', 'duplicate header List-Id')],
    ['a duplicate of an unnamed field', says(400, 'duplicate_parameter', '')],
    ['an undocumented status', says(418, 'teapot')],
    ['a 400 without a code, as from a gateway', { kind: 'status', status: 400, body: '' }],
    ['an answer for half of the mails', { kind: 'half-after' }],
  ])('%s is unknown, never refused', async (_, fault) => {
    expect((await answerTo(fault)).answer).toMatchObject({ kind: 'unknown' })
  })

  test('a response after the timeout is unknown; the retry is accepted without second mails', () =>
    inRig(
      async ({ sink, transport }) => {
        sink.fault = () => (sink.keys.length === 0 ? { kind: 'slow-after', milliseconds: 400 } : null)
        const call = await transport.compose(batchOf(recipient(1), recipient(2)))
        expect(await transport.send(call, 'late')).toEqual({ kind: 'unknown', reason: 'no response in time' })
        expect(await transport.send(call, 'late')).toEqual({ kind: 'accepted' })
        expect(sink.mails.length).toBe(2)
      },
      'xkeysib-sink',
      100,
    ))

  test('an unanswered call is retried for ten minutes: Brevo’s shorter promise, less a margin', () => {
    const { idempotencySeconds } = brevo({ url: 'http://127.0.0.1:9', apiKey: 'k' }, { callsPerSecond: 1 })
    const head = startAttempt(newBatchHeader(1, 'en', 2), 'hash', 'brevo', 0)
    expect([1, 599, 600, 1_200].map((at) => mayRepeat(head, idempotencySeconds, at * 1_000))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('another key is another call, and a key always gives the same UUID', () =>
    inRig(async ({ sink, transport }) => {
      const call = await transport.compose(batchOf(recipient(1)))
      await transport.send(call, 'd1/7/1')
      await transport.send(call, 'd1/7/2')
      expect(new Set(sink.keys).size).toBe(2)
      expect(sink.mails.length).toBe(2)
      expect(call.body).toEqual((await transport.compose(batchOf(recipient(1)))).body)
    }))

  test('one invalid address refuses the whole call, so that the batch is split', () =>
    inRig(async ({ sink, transport }) => {
      const bad = recipient(2, { to: { address: 'not an address' } })
      const answer = await transport.send(await transport.compose(batchOf(recipient(1), bad)), 'k')
      expect(answer).toMatchObject({ kind: 'refused', permanent: true, reason: 'bad-address' })
      expect(sink.mails).toEqual([])
    }))
})

describe('a call to Brevo', () => {
  const mailOf = (template: typeof TEMPLATE, greeting = 'Ann') =>
    inRig(async ({ sink, transport }) => {
      const one = recipient(1, { values: { greeting, unsubscribe: 'https://act.example.org/unsubscribe/t1' } })
      await transport.send(await transport.compose({ ...batchOf(one), template, tag: 'd1' }), 'k')
      return sink.mails[0]
    })

  test('no text in subject, text or HTML can be read as template syntax', async () => {
    const mail = await mailOf(
      {
        ...TEMPLATE,
        html: [
          '<style>@media all{#a{color:red}}</style><p title="{{contact.EMAIL}}">{% raw %} {',
          { slot: 'greeting', as: 'html' },
          '</p>',
        ],
        text: ['{{ contact.EMAIL }} {{{', { slot: 'greeting', as: 'plain' }],
      },
      '{{ unsubscribe }}',
    )
    for (const part of [mail?.subject, mail?.htmlContent, mail?.textContent]) expect(part).not.toMatch(/\{[{%#]/)
    expect(mail?.htmlContent).toBe(
      '<style>@media all{ #a{color:red}}</style><p title="&#123;{contact.EMAIL}}">&#123;% raw %} &#123;{\u2060{ unsubscribe }}</p>',
    )
    expect(mail?.textContent.replaceAll('\u2060', '')).toBe('{{ contact.EMAIL }} {{{{{ unsubscribe }}')
  })

  test('names are shortened and cleaned of characters for which Brevo drops them', () =>
    inRig(async ({ sink, transport }) => {
      const names = ['Ахметов, Ерлан (Жаңаөзен)', 'Smith, Ann', 'Ж'.repeat(90), '\r\n']
      const people = names.map((name, n) => recipient(n, { to: { name, address: `reader${n}@example.org` } }))
      await transport.send(await transport.compose(batchOf(...people)), 'k')
      expect(sink.mails.map(({ to }) => to.name)).toEqual([
        'Ахметов Ерлан Жаңаөзен',
        'Smith, Ann',
        'Ж'.repeat(70),
        undefined,
      ])
      expect(sink.mails[0]?.sender).toEqual({ email: 'news@example.org', name: 'Dayanışma' })
      expect(sink.mails[0]?.replyTo).toEqual({ email: 'answer@example.org' })
    }))

  test('the dispatch’s id is a tag, which Brevo’s events return', async () => {
    expect((await mailOf(TEMPLATE))?.tags).toEqual(['dispatch:d1'])
  })
})

describe('the check summarises Brevo’s response in a sentence', () => {
  const check = (change: (account: BrevoSink['account']) => void, apiKey?: string) =>
    inRig(async ({ sink, transport }) => {
      change(sink.account)
      return transport.check('news@example.org')
    }, apiKey)

  test.each<[string, (account: BrevoSink['account']) => void, RegExp]>([
    [
      'transactional mail is not activated',
      (account) => Object.assign(account, { relay: false }),
      /not activated .* ask its support/,
    ],
    ['no credits are left', (account) => Object.assign(account, { credits: 0 }), /no credits left/],
    [
      'the domain is another’s',
      (account) => Object.assign(account, { domains: [] }),
      /example\.org is not a domain of this account: add it/,
    ],
    [
      'the domain is not authenticated',
      (account) => Object.assign(account, { domains: [{ domain_name: 'example.org', authenticated: false }] }),
      /not authenticated: add the DNS records/,
    ],
    [
      'the key has been revoked',
      (account) => Object.assign(account, { apiKey: 'another' }),
      /rejects this API key: set BREVO_API_KEY/,
    ],
  ])('%s', async (_, change, message) => {
    const answer = await check(change)
    expect(answer.ok).toBe(false)
    expect(answer.message).toMatch(message)
  })

  test('the check of a working account reports its credits', async () => {
    expect(await check(() => {})).toEqual({ ok: true, message: 'example.org is authenticated, 300 credits are left' })
  })

  test('the check fails without a response', async () => {
    const transport = brevo({ url: 'http://127.0.0.1:9', apiKey: 'k' }, { callsPerSecond: 1 })
    expect(await transport.check('news@example.org')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/did not answer/),
    })
  })
})
