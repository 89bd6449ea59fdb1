import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../scripts/sinks/faults.ts'
import { API_KEY, type ResendSink, startResendSink } from '../../../scripts/sinks/resend.ts'
import { resend } from '../../../src/transports/drivers/resend.ts'
import {
  ATTACHMENTS,
  answerInto,
  batchOf,
  describeTransport,
  lowerCased,
  PATIENCE_MS,
  type Rig,
  recipient,
} from '../../contracts/transport.ts'

async function rig(apiKey = API_KEY, timeoutMs?: number): Promise<Rig & { sink: ResendSink }> {
  const sink = await startResendSink()
  return {
    sink,
    transport: resend({ url: sink.url, apiKey }, { callsPerSecond: 10 }, timeoutMs),
    arrived: async () =>
      sink.mails.map((mail) => ({
        ...mail,
        to: /<([^<>]+)>$/.exec(mail.to[0] ?? '')?.[1] ?? mail.to[0] ?? '',
        cc: (mail.cc ?? []).map((one) => /<([^<>]+)>$/.exec(one)?.[1] ?? one),
        headers: lowerCased(mail.headers),
        attachments: (mail.attachments ?? []).map(({ filename, content_type: contentType = '', content }) => ({
          filename,
          contentType,
          content: Buffer.from(content, 'base64'),
        })),
      })),
    close: () => sink.close(),
  }
}

describeTransport('resend', rig, { attachesToOneOnly: true, impatient: () => rig(API_KEY, PATIENCE_MS) })

const answerTo = (fault: Fault) => answerInto(rig(), fault)

const status = (code: number, name: string, headers?: Record<string, string>, message = name): Fault => ({
  kind: 'status',
  status: code,
  body: { statusCode: code, name, message },
  ...(headers && { headers }),
})

describe('Resend’s responses', () => {
  test.each([
    [
      'a rate limit pauses for the requested time',
      status(429, 'rate_limit_exceeded', { 'retry-after': '3' }),
      { permanent: false, reason: 'rate-limited', retryAfterSeconds: 3 },
    ],
    ['a used-up daily quota stops the dispatch', status(429, 'daily_quota_exceeded'), { reason: 'quota' }],
    ['a used-up monthly quota stops the dispatch', status(429, 'monthly_quota_exceeded'), { reason: 'quota' }],
    ['a wrong key stops the dispatch', status(403, 'invalid_api_key'), { reason: 'unauthorised' }],
    ['a missing key stops the dispatch', status(401, 'missing_api_key'), { reason: 'unauthorised' }],
    [
      'a domain that is not verified stops the dispatch',
      status(403, 'validation_error', {}, 'The example.org domain is not verified.'),
      { reason: 'sender-not-verified' },
    ],
    ['a refused content is permanent', status(422, 'validation_error'), { permanent: true, reason: 'invalid-content' }],
    [
      'an unknown name is read by its status',
      status(422, 'something_new'),
      { permanent: true, reason: 'invalid-content' },
    ],
    ['a locked resource is a pause', status(409, 'resource_locked'), { permanent: false, reason: 'rate-limited' }],
  ])('%s', async (_, fault, expected) => {
    const { answer, taken } = await answerTo(fault)
    expect(answer).toMatchObject({ kind: 'refused', ...expected })
    expect(taken).toBe(0)
  })

  test.each<[string, Fault]>([
    ['an internal error', status(500, 'internal_server_error')],
    ['being unavailable', status(503, 'service_unavailable')],
    ['a key whose first call is still under way', status(409, 'concurrent_idempotent_requests')],
    ['a key that was used with other bytes', status(409, 'invalid_idempotent_request')],
    ['an undocumented status', status(418, 'teapot')],
    ['an answer for half of the mails', { kind: 'half-after' }],
  ])('%s is unknown, never refused', async (_, fault) => {
    expect((await answerTo(fault)).answer).toMatchObject({ kind: 'unknown' })
  })

  test('one invalid address is refused alone, and the others keep their references', async () => {
    const { sink, transport, close } = await rig()
    const bad = recipient(2, { to: { address: 'not an address' } })
    const answer = await transport.send(await transport.compose(batchOf(recipient(1), bad, recipient(3))), 'k')
    await close()
    expect(answer).toMatchObject([
      { kind: 'accepted' },
      { kind: 'refused', permanent: true, reason: 'bad-address' },
      { kind: 'accepted' },
    ])
    expect(sink.mails.map((mail) => mail.to[0])).toEqual([
      expect.stringContaining('reader1@'),
      expect.stringContaining('reader3@'),
    ])
    const ids = Array.isArray(answer)
      ? answer.flatMap((outcome) => (outcome.kind === 'accepted' ? [outcome.reference] : []))
      : []
    expect(ids[0]).toMatch(/-0$/)
    expect(ids[1]).toMatch(/-1$/)
  })
})

describe('a mail with attachments, which goes alone', () => {
  const attached = (...people: number[]) => ({
    ...batchOf(...people.map((n) => recipient(n))),
    attachments: ATTACHMENTS,
  })

  test('is refused in a batch, where Resend would silently drop the attachments', async () => {
    const { transport, close } = await rig()
    await expect(transport.compose(attached(1, 2))).rejects.toThrow(/one by one/)
    await close()
  })

  test('uses its own endpoint, and a retry returns the first response', async () => {
    const { sink, transport, close } = await rig()
    const call = await transport.compose(attached(1))
    const answer = await transport.send(call, 'k')
    expect(answer).toEqual({ kind: 'accepted', reference: expect.stringMatching(/^[0-9a-f]{8}-0$/) })
    expect(await transport.send(call, 'k')).toEqual(answer)
    expect(sink.mails).toHaveLength(1)
    sink.fault = () => ({ kind: 'nonsense-after' })
    expect(await transport.send(call, 'another')).toMatchObject({ kind: 'unknown' })
    await close()
  })

  test('to an invalid address is refused for that recipient', async () => {
    const { sink, transport, close } = await rig()
    const nobody = recipient(1, { to: { address: 'not an address' } })
    const answer = await transport.send(await transport.compose({ ...attached(), recipients: [nobody] }), 'k')
    await close()
    expect(answer).toMatchObject({ kind: 'refused', permanent: true, reason: 'bad-address' })
    expect(sink.mails).toEqual([])
  })
})

test('another API key or URL is another account', async () => {
  const account = { url: 'http://127.0.0.1:1', apiKey: 'one' }
  const limits = { callsPerSecond: 1 }
  const names = await Promise.all(
    [account, { ...account, apiKey: 'two' }, { ...account, url: 'http://127.0.0.1:2' }].map((a) =>
      resend(a, limits).account(),
    ),
  )
  expect(new Set(names).size).toBe(3)
  expect(await resend(account, limits).account()).toBe(names[0])
  expect(names.join(' ')).not.toContain('one')
})

describe('whether the account can send', () => {
  const domains = (status: string) => ({ data: [{ name: 'example.org', status }] })
  test.each<[string, number, unknown, { ok: boolean; message: RegExp }]>([
    ['a verified domain can', 200, domains('verified'), { ok: true, message: /example\.org is verified/ }],
    ['one that waits for its records cannot', 200, domains('pending'), { ok: false, message: /pending.*DNS records/ }],
    ['another domain cannot', 200, { data: [] }, { ok: false, message: /not a domain of this account/ }],
    ['a wrong key cannot', 403, { name: 'invalid_api_key' }, { ok: false, message: /RESEND_API_KEY/ }],
    ['a key that may only send can', 401, { name: 'restricted_api_key' }, { ok: true, message: /may send/ }],
    ['an HTML page tells nothing', 200, '<html>', { ok: false, message: /cannot be read/ }],
  ])('%s', async (_, status, body, expected) => {
    const { sink, transport, close } = await rig()
    sink.domains = { status, body }
    const check = await transport.check('news@example.org')
    await close()
    expect(check.ok).toBe(expected.ok)
    expect(check.message).toMatch(expected.message)
  })

  test('an unreachable provider is reported', async () => {
    const { transport, close } = await rig()
    await close()
    expect(await transport.check('news@example.org')).toMatchObject({ ok: false })
  })
})
