import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../scripts/sinks/faults.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import type { Template } from '../../../src/emails/template/template.ts'
import { SUBSTITUTIONS, sendgrid } from '../../../src/transports/drivers/sendgrid.ts'
import { withPlaceholders } from '../../../src/transports/merge/placeholders.ts'
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
import { API_KEY, type SendGridSink, startSendGridSink, substitute } from '../../support/sendgrid-sink.ts'
import { templatesMadeOf } from '../../support/templates.ts'

type SendGridRig = Rig & { sink: SendGridSink }

async function rig(apiKey = API_KEY, timeoutMs?: number): Promise<SendGridRig> {
  const sink = await startSendGridSink()
  return {
    sink,
    transport: sendgrid({ url: sink.url, apiKey }, { callsPerSecond: 10 }, timeoutMs),
    arrived: async () =>
      sink.mails.map(({ to, cc, subject, html, text, headers, attachments }) => ({
        ...{ to: to.email, subject, html, text },
        cc: cc.map(({ email }) => email),
        headers: lowerCased(headers),
        attachments: attachments.map(({ filename, type = '', content }) => ({
          filename,
          contentType: type,
          content: Buffer.from(content, 'base64'),
        })),
      })),
    close: () => sink.close(),
  }
}

describeTransport('sendgrid', rig, { recognisesRepeats: false, impatient: () => rig(API_KEY, PATIENCE_MS) })

const inRig = <T>(run: (rig: SendGridRig) => Promise<T>, ...set: Parameters<typeof rig>) => within(rig(...set), run)

const answerTo = (fault: Fault | null, ...set: Parameters<typeof rig>) => answerInto(rig(...set), fault)

const says = (
  status: number,
  message: string,
  field: string | null = null,
  headers?: Record<string, string>,
): Fault => ({
  kind: 'status',
  status,
  body: { errors: [{ message, field, help: null }] },
  ...(headers && { headers }),
})

describe('SendGrid’s responses', () => {
  test.each<[string, Fault, object]>([
    [
      'a revoked key stops the dispatch',
      says(401, 'The provided authorization grant is invalid, expired, or revoked'),
      { reason: 'unauthorised', detail: expect.stringContaining('SENDGRID_API_KEY') },
    ],
    ...[400, 403].map((status): [string, Fault, object] => [
      `used-up messaging limits stop the dispatch, with status ${status}`,
      says(status, 'You have exceeded your messaging limits'),
      { reason: 'quota', permanent: false },
    ]),
    ['used-up credits stop the dispatch', says(401, 'Maximum credits exceeded'), { reason: 'quota', permanent: false }],
    [
      'a sender that is not verified stops the dispatch',
      says(403, 'The from address does not match a verified Sender Identity.', 'from'),
      { reason: 'sender-not-verified', detail: expect.stringContaining('DNS') },
    ],
    [
      'a key without the right to send stops the dispatch',
      says(403, 'access forbidden'),
      { reason: 'unauthorised', detail: expect.stringContaining('Mail Send') },
    ],
    [
      'an account under review stops the dispatch',
      says(401, 'You are not authorized to access SendGrid, please contact Support.'),
      { reason: 'unauthorised', detail: expect.stringContaining('review') },
    ],
    [
      'a refused content is permanent',
      says(400, 'Bad Request', 'content.0.value'),
      { reason: 'invalid-content', permanent: true },
    ],
    ['a call that is too large is permanent', says(413, 'too large'), { reason: 'invalid-content', permanent: true }],
    [
      'a rate limit pauses for the requested time',
      says(429, 'too many requests', null, { 'retry-after': '3' }),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 3 },
    ],
    [
      'or until the time it names, by its own clock',
      says(429, 'too many requests', null, {
        'x-ratelimit-reset': '1795521617',
        date: 'Tue, 24 Nov 2026 12:00:00 GMT',
      }),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 17 },
    ],
  ])('%s', async (_, fault, expected) => {
    const { answer, taken } = await answerTo(fault)
    expect(answer).toMatchObject({ kind: 'refused', ...expected })
    expect(taken).toBe(0)
  })

  test.each<[string, Fault]>([
    ['an internal error', says(500, 'server error')],
    ['an undocumented status', says(418, 'suspended teapot')],
    ['the answer of the sandbox mode, in which nothing is sent', { kind: 'status', status: 200, body: {} }],
  ])('%s is unknown, never refused', async (_, fault) => {
    expect((await answerTo(fault)).answer).toMatchObject({ kind: 'unknown' })
  })

  test('an invalid wait time is ignored', async () => {
    const date = 'Tue, 24 Nov 2026 12:00:00 GMT'
    const { answer } = await answerTo(says(429, 'too many', null, { 'x-ratelimit-reset': 'Infinity', date }))
    expect(answer).toMatchObject({ kind: 'refused', reason: 'rate-limited' })
    expect(answer).not.toHaveProperty('retryAfterSeconds')
  })

  test('a wrong key stops the dispatch', async () => {
    const { answer, taken } = await answerTo(null, 'SG.wrong')
    expect(answer).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
    expect(taken).toBe(0)
  })

  test('in a call refused for one address, that refusal is permanent and the others can be retried', async () => {
    await inRig(async ({ sink, transport }) => {
      const bad = recipient(2, { to: { address: 'not an address' } })
      const answer = await transport.send(await transport.compose(batchOf(recipient(1), bad, recipient(3))), 'k')
      expect(answer).toMatchObject([
        { kind: 'refused', permanent: false, reason: 'unavailable' },
        { kind: 'refused', permanent: true, reason: 'bad-address' },
        { kind: 'refused', permanent: false, reason: 'unavailable' },
      ])
      expect(sink.mails).toEqual([])
    })
  })

  test('an index outside the call is ignored', async () => {
    const { answer } = await answerTo(says(400, 'Does not contain a valid address.', 'personalizations.7.to.0.email'))
    expect(answer).toMatchObject({ kind: 'refused', permanent: true, reason: 'invalid-content' })
  })
})

describe('a call to SendGrid', () => {
  test('contains the dispatch once and each Message-ID, and switches tracking off', async () => {
    await inRig(async ({ sink, transport }) => {
      const batch = { ...batchOf(recipient(1), recipient(2)), tag: 'd-1' }
      await transport.send(await transport.compose(batch), 'k')
      expect(sink.mails.map((mail) => mail.headers['Message-ID'])).toEqual([
        '<d.1@act.example.org>',
        '<d.2@act.example.org>',
      ])
      for (const mail of sink.mails) {
        expect(mail.customArgs).toEqual({ dispatch: 'd-1' })
        expect(mail.tracked).toEqual([])
        expect(mail.from).toEqual({ email: 'news@example.org', name: 'Dayanışma' })
        expect(mail.replyTo).toEqual({ email: 'answer@example.org' })
      }
    })
  })

  test('switches off every kind of tracking, which an account may have on', async () => {
    await inRig(async ({ transport }) => {
      const call = await transport.compose(batchOf(recipient(1)))
      const { tracking_settings: tracking, mail_settings: mail } = JSON.parse(new TextDecoder().decode(call.body))
      expect(Object.keys(tracking).sort()).toEqual([
        'click_tracking',
        'ganalytics',
        'open_tracking',
        'subscription_tracking',
      ])
      expect(
        Object.values({ ...tracking, ...mail }).every((one) => (one as { enable: boolean }).enable === false),
      ).toBe(true)
    })
  })

  test('merges to the same mail as `merge`, for any text', () => {
    const words = fc
      .array(fc.constantFrom('-', '-tocsin7f3a9c.', 'tocsin7f3a9c.v0', '-tocsin7f3a9c.v1-', 'v0-', 'ы', ' ', '<b>'))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(templatesMadeOf(words), fc.record({ a: words, b: words }), (parts, given) => {
        const template: Template = { ...TEMPLATE, ...parts }
        const { subject, html, text, variables } = withPlaceholders(template, SUBSTITUTIONS)
        const tags = Object.fromEntries(
          Object.entries(variables(given)).map(([name, value]) => [SUBSTITUTIONS.refer(name), value]),
        )
        const made = Object.entries({ subject, html, text }).map(([name, part]) => [name, substitute(part, tags)])
        expect(Object.fromEntries(made)).toEqual(merge(template, given))
      }),
      { numRuns: 1_000 },
    )
  })
})

test('another key or URL is another account', async () => {
  const account = { url: 'http://127.0.0.1:1', apiKey: 'one' }
  const others = [{ apiKey: 'two' }, { url: 'http://127.0.0.1:2' }, {}]
  const names = await Promise.all(
    others.map((other) => sendgrid({ ...account, ...other }, { callsPerSecond: 1 }).account()),
  )
  expect(new Set(names).size).toBe(3)
  expect(names.join(' ')).not.toContain('one')
})

describe('whether the account can send', () => {
  test.each<[string, object, { ok: boolean; message: RegExp }]>([
    ['an authenticated domain can', {}, { ok: true, message: /example\.org is authenticated/ }],
    [
      'a domain above the sender’s can',
      { domains: [{ domain: 'org', valid: true }] },
      { ok: true, message: /org is authenticated/ },
    ],
    [
      'one without its DNS records cannot',
      { domains: [{ domain: 'example.org', valid: false }] },
      { ok: false, message: /not valid.*DNS records/ },
    ],
    ['another domain cannot', { domains: [] }, { ok: false, message: /not a domain of this account/ }],
    [
      'a verified single sender can, and the check says what is missing',
      { domains: [], senders: [{ from_email: 'news@example.org', verified: true }] },
      { ok: true, message: /single sender.*domain/ },
    ],
    [
      'a key without the right cannot',
      { scopes: ['user.credits.read'] },
      { ok: false, message: /may not send.*Mail Send/ },
    ],
    ['an account without credits cannot', { credits: { remain: 0, overage: 0 } }, { ok: false, message: /no credits/ }],
    ['a key that may only send can', { mayAsk: false }, { ok: true, message: /may send/ }],
  ])('%s', async (_, account, expected) => {
    await inRig(async ({ sink, transport }) => {
      Object.assign(sink.account, account)
      const check = await transport.check('news@example.org')
      expect(check.ok).toBe(expected.ok)
      expect(check.message).toMatch(expected.message)
      expect(sink.mails).toEqual([])
    })
  })

  test.each<[string, Fault, RegExp]>([
    ['a wrong key', says(401, 'The provided authorization grant is invalid, expired, or revoked'), /SENDGRID_API_KEY/],
    ['an HTML page', { kind: 'nonsense-after' }, /cannot be read/],
    ['an internal error', says(500, 'server error'), /answered 500/],
    ['a connection that is cut', { kind: 'cut-before' }, /did not answer/],
  ])('%s cannot, and is told', async (_, fault, message) => {
    await inRig(async ({ sink, transport }) => {
      sink.fault = () => fault
      expect(await transport.check('news@example.org')).toEqual({ ok: false, message: expect.stringMatching(message) })
    })
  })
})
