import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../scripts/sinks/faults.ts'
import { MAX_HTML_BYTES } from '../../../src/emails/template/merge.ts'
import type { Template } from '../../../src/emails/template/template.ts'
import type { MailUse, TransportBindings } from '../../../src/transports/driver.ts'
import { driver, postmark } from '../../../src/transports/drivers/postmark.ts'
import type { Transport } from '../../../src/transports/transport.ts'
import {
  answerInto,
  batchOf,
  describeTransport,
  PATIENCE_MS,
  type Rig,
  recipient,
  TEMPLATE,
  within,
} from '../../contracts/transport.ts'
import { MAX_CALL_BYTES, mailboxes, type PostmarkSink, startPostmarkSink, TOKEN } from '../../support/postmark-sink.ts'

type PostmarkRig = Rig & { sink: PostmarkSink }
type Set = { token?: string; stream?: string; use?: MailUse; timeoutMs?: number }

async function rig({ timeoutMs, ...set }: Set = {}): Promise<PostmarkRig> {
  const sink = await startPostmarkSink()
  const account = { url: sink.url, token: TOKEN, stream: 'broadcast', use: 'bulk' as MailUse, ...set }
  return {
    sink,
    transport: postmark(account, { callsPerSecond: 10 }, timeoutMs),
    arrived: async () =>
      sink.mails.map((mail) => ({
        to: /<([^<>]+)>$/.exec(mail.To)?.[1] ?? mail.To,
        cc: mailboxes(mail.Cc).map((one) => /<([^<>]+)>$/.exec(one)?.[1] ?? one),
        subject: mail.Subject,
        html: mail.HtmlBody,
        text: mail.TextBody,
        headers: Object.fromEntries(mail.Headers.map(({ Name, Value }) => [Name.toLowerCase(), Value])),
        attachments: (mail.Attachments ?? []).map(({ Name, Content, ContentType }) => ({
          filename: Name,
          contentType: ContentType,
          content: Buffer.from(Content, 'base64'),
        })),
      })),
    close: () => sink.close(),
  }
}

describeTransport('postmark', rig, { recognisesRepeats: false, impatient: () => rig({ timeoutMs: PATIENCE_MS }) })

const sendTo = async (transport: Transport, ...numbers: number[]) =>
  transport.send(await transport.compose(batchOf(...numbers.map((n) => recipient(n)))), 'k')

const inRig = <T>(run: (rig: PostmarkRig) => Promise<T>, set?: Set) => within(rig(set), run)

const answerTo = (fault: Fault | null, set?: Set) => answerInto(rig(set), fault)

const says = (status: number, ErrorCode: number, headers?: Record<string, string>): Fault => ({
  kind: 'status',
  status,
  body: { ErrorCode, Message: 'no' },
  ...(headers && { headers }),
})
const reader = (n: number) => `reader${n}@example.org`

describe('Postmark’s response to a call', () => {
  test.each<[string, Fault, object]>([
    [
      'a revoked token stops the dispatch',
      says(401, 10),
      { reason: 'unauthorised', detail: expect.stringContaining('POSTMARK_API_KEY') },
    ],
    [
      'a rate limit pauses for the requested time',
      says(429, 429, { 'retry-after': '3' }),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 3 },
    ],
    ['an unreadable call is refused permanently', says(422, 402), { reason: 'invalid-content', permanent: true }],
    [
      'a call that is too large is refused permanently',
      { kind: 'status', status: 413, body: '' },
      { reason: 'invalid-content', permanent: true },
    ],
    [
      'an account not approved stops the dispatch',
      says(422, 413),
      { reason: 'unauthorised', detail: expect.stringContaining('approved') },
    ],
    [
      'an unknown error stops the dispatch without a permanent refusal',
      says(422, 9_999),
      { reason: 'unauthorised', detail: expect.stringContaining('9999') },
    ],
    [
      'a 422 without an error stops the dispatch',
      { kind: 'status', status: 422, body: 'nonsense' },
      { reason: 'unauthorised', detail: expect.stringContaining('422') },
    ],
    ['maintenance, reported as a refusal, is temporary', says(422, 100), { reason: 'unavailable', permanent: false }],
    ['a wrong base URL stops the dispatch', { kind: 'status', status: 404, body: '' }, { reason: 'unauthorised' }],
  ])('%s', async (_, fault, expected) => {
    const { answer, taken } = await answerTo(fault)
    expect(answer).toMatchObject({ kind: 'refused', ...expected })
    expect(taken).toBe(0)
  })

  test.each<[string, Fault]>([
    ['an internal error', says(500, 0)],
    ['its maintenance', says(503, 100)],
    ['an undocumented status', says(418, 406)],
    ['an answer for half of the mails', { kind: 'half-after' }],
  ])('%s is unknown, never refused', async (_, fault) => {
    expect((await answerTo(fault)).answer).toMatchObject({ kind: 'unknown' })
  })

  test('a wrong token stops the dispatch', async () => {
    const { answer, taken } = await answerTo(null, { token: 'wrong' })
    expect(answer).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
    expect(taken).toBe(0)
  })
})

describe('Postmark’s response to each mail', () => {
  test.each<[string, number, string, object]>([
    ['a suppressed address', 406, 'inactive', { kind: 'refused', permanent: true, reason: 'suppressed' }],
    [
      'an invalid address',
      300,
      "Invalid 'To' address: 'x'.",
      { kind: 'refused', permanent: true, reason: 'bad-address' },
    ],
    [
      'a refused content',
      300,
      'Invalid metadata content.',
      { kind: 'refused', permanent: true, reason: 'invalid-content' },
    ],
    ['a sender that is not confirmed', 401, 'no', { kind: 'refused', permanent: false, reason: 'sender-not-verified' }],
    [
      'a sender that is malformed',
      300,
      "Invalid 'From' address",
      { kind: 'refused', permanent: false, reason: 'sender-not-verified' },
    ],
    ['an account that waits for approval', 412, 'no', { kind: 'refused', permanent: false, reason: 'unauthorised' }],
    ['a limit on the rate', 429, 'no', { kind: 'refused', permanent: false, reason: 'rate-limited' }],
    ['an undocumented code', 9999, 'no', { kind: 'unknown' }],
  ])('%s concerns that person alone', async (_, ErrorCode, Message, expected) => {
    await inRig(async ({ sink, transport }) => {
      sink.refusals = { [reader(2)]: { ErrorCode, Message } }
      expect(await sendTo(transport, 1, 2, 3)).toMatchObject([
        { kind: 'accepted', reference: 'pm-1' },
        expected,
        { kind: 'accepted', reference: 'pm-2' },
      ])
    })
  })

  test.each<[string, number, string]>([
    ['an unverified sender', 400, 'sender-not-verified'],
    ['an account that waits for approval', 412, 'unauthorised'],
    ['an account that may not send', 413, 'unauthorised'],
  ])('%s, said of all, stops the dispatch', async (_, ErrorCode, reason) => {
    await inRig(async ({ sink, transport }) => {
      sink.refusals = Object.fromEntries([1, 2].map((n) => [reader(n), { ErrorCode, Message: 'no' }]))
      expect(await sendTo(transport, 1, 2)).toMatchObject({ kind: 'refused', reason })
    })
  })

  test('credits used up during a call leave the rest to be sent, and then stop the dispatch', async () => {
    await inRig(async ({ sink, transport }) => {
      sink.left = 1
      expect(await sendTo(transport, 1, 2)).toMatchObject([
        { kind: 'accepted' },
        { kind: 'refused', permanent: false, reason: 'quota' },
      ])
      expect(await sendTo(transport, 2)).toMatchObject({ kind: 'refused', reason: 'quota' })
    })
  })

  test('suppressed recipients are not an account refusal, even if all are', async () => {
    await inRig(async ({ sink, transport }) => {
      sink.refusals = { [reader(1)]: { ErrorCode: 406, Message: 'inactive' } }
      expect(await sendTo(transport, 1)).toMatchObject([{ kind: 'refused', permanent: true, reason: 'suppressed' }])
    })
  })
})

describe('a call to Postmark', () => {
  test('contains the dispatch and Tocsin’s Message-ID, and switches tracking off', async () => {
    await inRig(async ({ sink, transport }) => {
      await transport.send(await transport.compose({ ...batchOf(recipient(1)), tag: 'd-1' }), 'k')
      const [mail] = sink.mails
      expect(mail).toMatchObject({
        From: '"Dayanışma" <news@example.org>',
        ReplyTo: 'answer@example.org',
        Metadata: { dispatch: 'd-1' },
        TrackOpens: false,
        TrackLinks: 'None',
        MessageStream: 'broadcast',
      })
      expect(mail?.Headers).toContainEqual({ Name: 'Message-ID', Value: '<d.1@act.example.org>' })
      expect(mail?.Headers).toContainEqual({ Name: 'X-PM-KeepID', Value: 'true' })
    })
  })

  test('of the largest possible mails stays below Postmark’s limit', async () => {
    const line = '<p style="margin:0" lang="kk">Жұмысшылар жалақы талап етеді</p>\n'
    const html = line.repeat(Math.floor(MAX_HTML_BYTES / new TextEncoder().encode(line).length))
    const template: Template = { ...TEMPLATE, html: [html], text: [html.replaceAll('"', '')] }
    await inRig(async ({ transport }) => {
      const recipients = Array.from({ length: transport.maxBatch }, (_, n) => recipient(n))
      const call = await transport.compose({ ...batchOf(...recipients), template })
      expect(call.body.length).toBeLessThan(MAX_CALL_BYTES)
    })
  })

  test.each<[MailUse, string]>([
    ['bulk', 'broadcast'],
    ['transactional', 'outbound'],
  ])('goes by the stream for its use: %s mail by %s', async (use, stream) => {
    const configured = driver.configure({ POSTMARK_API_KEY: 'token' })
    if ('faults' in configured) throw new Error('not configured')
    const transport = configured.make({} as TransportBindings, use)
    const { body } = await transport.compose(batchOf(recipient(1)))
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject([{ MessageStream: stream }])
  })
})

test('another token, stream or URL is another account', async () => {
  const account = { url: 'http://127.0.0.1:1', token: 'one', stream: 'broadcast', use: 'bulk' as MailUse }
  const others = [{ token: 'two' }, { stream: 'outbound' }, { url: 'http://127.0.0.1:2' }, {}]
  const names = await Promise.all(
    others.map((other) => postmark({ ...account, ...other }, { callsPerSecond: 1 }).account()),
  )
  expect(new Set(names).size).toBe(4)
  expect(names.join(' ')).not.toContain('one')
})

describe('whether the account can send', () => {
  const live = { MessageStreamType: 'Broadcasts', ArchivedAt: null }
  test.each<[string, object, { ok: boolean; message: RegExp }]>([
    ['a live server with the stream can', {}, { ok: true, message: /Tocsin is live.*broadcast/ }],
    [
      'a sandbox server cannot',
      { server: { Name: 'x', DeliveryType: 'Sandbox' } },
      { ok: false, message: /sandbox server/ },
    ],
    [
      'a server without the stream cannot',
      { streams: {} },
      { ok: false, message: /no message stream broadcast.*POSTMARK_BULK_STREAM/ },
    ],
    [
      'a stream for transactional mail cannot carry appeals',
      { streams: { broadcast: { ...live, MessageStreamType: 'Transactional' } } },
      { ok: false, message: /type Transactional.*Broadcasts/ },
    ],
    [
      'an archived stream cannot',
      { streams: { broadcast: { ...live, ArchivedAt: '2026-11-01T00:00:00Z' } } },
      { ok: false, message: /archived/ },
    ],
    [
      'a stream that adds Postmark’s own link can, and the check says so',
      {
        streams: {
          broadcast: { ...live, SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Postmark' } },
        },
      },
      { ok: true, message: /Postmark’s own unsubscribe link/ },
    ],
  ])('%s', async (_, changed, expected) => {
    await inRig(async ({ sink, transport }) => {
      Object.assign(sink, changed)
      const check = await transport.check('news@example.org')
      expect(check.ok).toBe(expected.ok)
      expect(check.message).toMatch(expected.message)
      expect(sink.mails).toEqual([])
    })
  })

  test.each<[string, Fault, RegExp]>([
    ['a wrong or revoked token', says(401, 10), /POSTMARK_API_KEY/],
    ['an HTML page', { kind: 'nonsense-after' }, /cannot be read/],
    ['an internal error', says(500, 0), /answered 500/],
    ['a connection that is cut', { kind: 'cut-before' }, /did not answer/],
  ])('%s cannot, and is told', async (_, fault, message) => {
    await inRig(async ({ sink, transport }) => {
      sink.fault = () => fault
      expect(await transport.check('news@example.org')).toEqual({ ok: false, message: expect.stringMatching(message) })
    })
  })
})
