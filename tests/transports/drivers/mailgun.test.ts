import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../scripts/sinks/faults.ts'
import { API_KEY, DOMAIN, type MailgunSink, mergeVariables, startMailgunSink } from '../../../scripts/sinks/mailgun.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import type { Template } from '../../../src/emails/template/template.ts'
import { mailgun, RECIPIENT_VARIABLES } from '../../../src/transports/drivers/mailgun.ts'
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
import { templatesMadeOf } from '../../support/templates.ts'

type MailgunRig = Rig & { sink: MailgunSink }

async function rig(set: { apiKey?: string; domain?: string } = {}, timeoutMs?: number): Promise<MailgunRig> {
  const sink = await startMailgunSink()
  return {
    sink,
    transport: mailgun({ url: sink.url, domain: DOMAIN, apiKey: API_KEY, ...set }, { callsPerSecond: 10 }, timeoutMs),
    arrived: async () =>
      sink.mails.map((mail) => ({
        to: mail.address,
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        headers: lowerCased(mail.headers),
        attachments: mail.attachments,
        cc: mail.cc,
      })),
    close: () => sink.close(),
  }
}

describeTransport('mailgun', rig, { recognisesRepeats: false, impatient: () => rig({}, PATIENCE_MS) })

const inRig = <T>(run: (rig: MailgunRig) => Promise<T>, ...set: Parameters<typeof rig>) => within(rig(...set), run)

test('Cc recipients get the same mail as the recipient', async () => {
  await inRig(async ({ sink, transport }) => {
    const cc = [{ name: '50 %recipient.id%', address: 'deputy@example.org' }, { address: 'office@example.org' }]
    await transport.send(await transport.compose({ ...batchOf(recipient(1)), cc }), 'k')
    const [mail] = sink.mails
    expect(sink.copies.map(({ address }) => address)).toEqual(['deputy@example.org', 'office@example.org'])
    for (const copy of sink.copies) {
      expect([copy.subject, copy.html, copy.text]).toEqual([mail?.subject, mail?.html, mail?.text])
      expect(copy.headers).toEqual(mail?.headers)
      expect(copy.to).not.toContain('%')
    }
  })
})

const answerTo = (fault: Fault | null, ...set: Parameters<typeof rig>) => answerInto(rig(...set), fault)

const says = (status: number, message: string, headers?: Record<string, string>): Fault => ({
  kind: 'status',
  status,
  body: { message },
  ...(headers && { headers }),
})
const forbids = (why: string) => says(403, `Domain ${DOMAIN} is not allowed to send: ${why}`)
const until = (time: string) =>
  `Domain ${DOMAIN} is not allowed to send: recipient limit exceeded, try again after ${time}`
const NOON = { date: 'Tue, 24 Nov 2026 12:00:00 GMT' }

describe('Mailgun’s responses', () => {
  test.each<[string, Fault, object]>([
    [
      'an unverified domain stops the dispatch',
      forbids('The domain is unverified and requires DNS configuration.'),
      { reason: 'sender-not-verified', detail: expect.stringContaining('DNS') },
    ],
    [
      'the sandbox stops the dispatch',
      forbids('Sandbox subdomains are for test purposes only.'),
      { reason: 'unauthorised', detail: expect.stringContaining('a domain of your own') },
    ],
    [
      'the sandbox with its older status stops the dispatch',
      says(400, 'Sandbox subdomains are for test purposes only.'),
      {
        reason: 'unauthorised',
      },
    ],
    [
      'a disabled account stops the dispatch',
      forbids('Account disabled'),
      { reason: 'unauthorised', detail: expect.stringContaining('control panel') },
    ],
    [
      'a quota that renews within the hour is waited for',
      says(420, until('Tue, 24 Nov 2026 12:10:00 UTC'), NOON),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 600 },
    ],
    [
      'a used-up daily quota stops the dispatch',
      says(420, until('Wed, 25 Nov 2026 00:00:00 UTC'), NOON),
      { reason: 'quota' },
    ],
    [
      'a rate limit pauses for the requested time',
      says(429, 'too many requests', { 'retry-after': '3' }),
      { reason: 'rate-limited', permanent: false, retryAfterSeconds: 3 },
    ],
    ['an unpaid bill stops the dispatch', says(402, 'Payment Required'), { reason: 'unauthorised' }],
    ['a refused content is permanent', says(400, 'tag is too long'), { reason: 'invalid-content', permanent: true }],
    ['a call that is too large is permanent', says(413, 'too large'), { reason: 'invalid-content', permanent: true }],
    [
      'a domain on hold stops the dispatch',
      says(400, `Domain ${DOMAIN} is not allowed to send: the domain is on hold`),
      { reason: 'unauthorised' },
    ],
    [
      'a free account stops the dispatch',
      says(
        400,
        'Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients.',
      ),
      { reason: 'unauthorised' },
    ],
    [
      'a sender that Mailgun refuses without quotes stops the dispatch',
      says(400, 'from parameter is not a valid address. please check documentation'),
      { reason: 'sender-not-verified' },
    ],
    [
      'an address that Mailgun refuses without quotes concerns one recipient',
      says(400, 'to parameter is not a valid address. please check documentation'),
      { reason: 'bad-address' },
    ],
    [
      'a refused Reply-To does not concern one recipient',
      says(400, 'h:reply-to parameter is not a valid address. please check documentation'),
      { reason: 'invalid-content' },
    ],
    [
      'a sender that Mailgun refuses stops the dispatch',
      says(400, "'from' parameter is not a valid address"),
      { reason: 'sender-not-verified' },
    ],
  ])('%s', async (_, fault, expected) => {
    const { answer, taken } = await answerTo(fault)
    expect(answer).toMatchObject({ kind: 'refused', ...expected })
    expect(taken).toBe(0)
  })

  test.each<[string, Fault]>([
    ['an internal error', says(500, 'Internal Server Error')],
    ['an undocumented status', says(418, 'disabled teapot')],
    ['the greeting that Mailgun sends at any URL', { kind: 'status', status: 200, body: 'Mailgun Magnificent API' }],
  ])('%s is unknown, never refused', async (_, fault) => {
    expect((await answerTo(fault)).answer).toMatchObject({ kind: 'unknown' })
  })

  test('a wrong or revoked key stops the dispatch', async () => {
    const { answer, taken } = await answerTo(null, { apiKey: 'revoked' })
    expect(answer).toMatchObject({
      kind: 'refused',
      reason: 'unauthorised',
      detail: expect.stringMatching(/MAILGUN_API_KEY/),
    })
    expect(taken).toBe(0)
  })

  test('a domain of another region stops the dispatch and names the right setting', async () => {
    const { answer } = await answerTo(null, { domain: 'mg.example.net' })
    expect(answer).toMatchObject({
      kind: 'refused',
      reason: 'sender-not-verified',
      detail: expect.stringMatching(/api\.eu/),
    })
  })

  test('one invalid address refuses the call, which the dispatch then splits', async () => {
    await inRig(async ({ sink, transport }) => {
      const bad = recipient(2, { to: { address: 'not an address' } })
      const answer = await transport.send(await transport.compose(batchOf(recipient(1), bad, recipient(3))), 'k')
      expect(answer).toMatchObject({ kind: 'refused', permanent: true, reason: 'bad-address' })
      expect(sink.taken).toBe(0)
    })
  })
})

describe('a call to Mailgun', () => {
  const sent = (template: Template, ...recipients: ReturnType<typeof recipient>[]) =>
    inRig(async ({ sink, transport }) => {
      await transport.send(await transport.compose({ ...batchOf(...recipients), template, tag: 'd-1' }), 'k')
      return sink.mails
    })

  test('contains the dispatch and each Message-ID, and forbids rewritten links', async () => {
    const mails = await sent(TEMPLATE, recipient(1), recipient(2))
    expect(mails.map((mail) => mail.headers['Message-Id'])).toEqual(['<d.1@act.example.org>', '<d.2@act.example.org>'])
    for (const mail of mails) {
      expect(mail.userVariables).toEqual({ dispatch: 'd-1' })
      expect(mail.options).toEqual({ tracking: 'no', 'tracking-clicks': 'no', 'tracking-opens': 'no' })
      expect(mail.from).toBe('"Dayanışma" <news@example.org>')
      expect(mail.headers['Reply-To']).toBe('answer@example.org')
    }
  })

  test('keeps text unchanged that looks like Mailgun’s variables', async () => {
    const words = '100%recipient.v0% %RECIPIENT.x% %unsubscribe_url% %tag_unsubscribe_email%'
    const template: Template = {
      ...TEMPLATE,
      subject: [words, { slot: 'greeting', as: 'plain' }],
      html: [
        '<p>',
        words,
        '</p>',
        { slot: 'greeting', as: 'html' },
        '<a href="',
        { slot: 'unsubscribe', as: 'url' },
        '">',
      ],
      text: [words, ' 100%', { slot: 'greeting', as: 'plain' }, 'recipient.v1%', { slot: 'unsubscribe', as: 'plain' }],
    }
    const one = recipient(1, {
      to: { name: '%recipient.id%', address: 'reader1@example.org' },
      values: { greeting: '%recipient.v1% & recipient.v2%', unsubscribe: 'https://act.example.org/u?a=1&b=%D0%9F' },
    })
    const [mail] = await sent(template, one, recipient(2))
    const expected = merge(template, one.values)
    expect({ subject: mail?.subject, html: mail?.html, text: mail?.text }).toEqual(expected)
    expect(mail?.to).not.toContain('%')
  })

  test('uses another boundary if a field contains the first', async () => {
    const template: Template = {
      ...TEMPLATE,
      text: ['\r\n--tocsin-part-0-end\r\nbcc: x\r\ntocsin-part-1-end', ...TEMPLATE.text],
    }
    const [mail] = await sent(template, recipient(1))
    expect(mail?.text).toBe(merge(template, recipient(1).values).text)
  })

  test('merges to the same mail as `merge`, for any text', () => {
    const words = fc
      .array(
        fc.constantFrom(
          '%',
          '%recipient.',
          'recipient.v0',
          '%recipient.v1%',
          'v0',
          '.',
          'ы',
          ' ',
          '<b>',
          '%unsubscribe_url%',
        ),
      )
      .map((all) => all.join(''))
    fc.assert(
      fc.property(templatesMadeOf(words), fc.record({ a: words, b: words }), (parts, given) => {
        const template: Template = { ...TEMPLATE, ...parts }
        const { subject, html, text, variables } = withPlaceholders(template, RECIPIENT_VARIABLES)
        const made = Object.entries({ subject, html, text }).map(([name, part]) => [
          name,
          mergeVariables(part, variables(given)),
        ])
        expect(Object.fromEntries(made)).toEqual(merge(template, given))
      }),
      { numRuns: 1_000 },
    )
  })

  test('has fewer recipients if the account’s setting is lower', () => {
    const account = { url: 'http://127.0.0.1:1', domain: DOMAIN, apiKey: 'k', recipientsPerCall: 10 }
    expect(mailgun(account, { callsPerSecond: 1 }).maxBatch).toBe(10)
  })
})

test('another key, domain or URL is another account', async () => {
  const account = { url: 'http://127.0.0.1:1', domain: DOMAIN, apiKey: 'one' }
  const others = [{ apiKey: 'two' }, { domain: 'mg.example.net' }, { url: 'http://127.0.0.1:2' }, {}]
  const names = await Promise.all(
    others.map((other) => mailgun({ ...account, ...other }, { callsPerSecond: 1 }).account()),
  )
  expect(new Set(names).size).toBe(4)
  expect(names.join(' ')).not.toContain('one')
})

describe('whether the account can send', () => {
  test.each<[string, object, { ok: boolean; message: RegExp }]>([
    ['an active domain can', {}, { ok: true, message: /mg\.example\.org is active/ }],
    ['one without its DNS records cannot', { state: 'unverified' }, { ok: false, message: /unverified.*DNS records/ }],
    ['a disabled one cannot', { is_disabled: true }, { ok: false, message: /disabled.*control panel/ }],
    ['the sandbox cannot', { type: 'sandbox' }, { ok: false, message: /sandbox.*domain of your own/ }],
    ['an answer that names no state tells nothing', { state: 7 }, { ok: false, message: /cannot be read/ }],
  ])('%s', async (_, domain, expected) => {
    await inRig(async ({ sink, transport }) => {
      Object.assign(sink.domain, domain)
      const check = await transport.check('news@example.org')
      expect(check.ok).toBe(expected.ok)
      expect(check.message).toMatch(expected.message)
      expect(sink.mails).toEqual([])
    })
  })

  test('a sender at a domain that Mailgun does not sign for fails DMARC, which the check says', async () => {
    await inRig(async ({ transport }) => {
      expect(await transport.check('news@elsewhere.example')).toMatchObject({
        ok: false,
        message: expect.stringMatching(/DMARC/),
      })
    })
  })

  test('a wrong key cannot', async () => {
    await inRig(
      async ({ transport }) => {
        expect(await transport.check('news@example.org')).toMatchObject({
          ok: false,
          message: expect.stringMatching(/MAILGUN_API_KEY/),
        })
      },
      { apiKey: 'wrong' },
    )
  })

  test('the check distinguishes an unknown domain from a wrong key', async () => {
    await inRig(
      async ({ transport }) => {
        expect(await transport.check('news@example.net')).toMatchObject({
          ok: false,
          message: expect.stringMatching(/not a domain of this account/),
        })
      },
      { domain: 'mg.example.net' },
    )
  })

  test('a sending key, which cannot read domains, is checked without sending', async () => {
    await inRig(async ({ sink, transport }) => {
      sink.sendingKeyOnly = true
      expect(await transport.check('news@example.org')).toMatchObject({
        ok: true,
        message: expect.stringMatching(/may send/),
      })
      expect(sink.taken).toBe(0)
    })
  })

  test('an unreachable provider is reported', async () => {
    const { transport, close } = await rig()
    await close()
    expect(await transport.check('news@example.org')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/did not answer/),
    })
  })
})
