import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../scripts/sinks/faults.ts'
import { newBatchHeader } from '../../../src/delivery/batch.ts'
import { settle } from '../../../src/delivery/settlement.ts'
import { driver, type SesAccount, ses } from '../../../src/transports/drivers/ses.ts'
import type { Outcome } from '../../../src/transports/transport.ts'
import {
  batchOf,
  describeTransport,
  PATIENCE_MS,
  type Rig,
  recipient,
  TEMPLATE,
  within,
} from '../../contracts/transport.ts'
import { SES_KEY, type SesSink, startSesSink } from '../../support/ses-sink.ts'

type SesRig = Rig & { sink: SesSink }
type Changes = Partial<SesAccount> & { timeoutMs?: number }

async function rig({ timeoutMs, ...changes }: Changes = {}): Promise<SesRig> {
  const sink = await startSesSink()
  const account = { url: sink.url, ...SES_KEY, mailsPerSecond: 50, ...changes }
  return {
    sink,
    transport: ses(account, { callsPerSecond: 100 }, timeoutMs),
    arrived: async () =>
      sink.mails.map((mail) => ({
        ...mail,
        to: /<([^<>]*)>$/.exec(mail.to)?.[1] ?? mail.to,
        cc: mail.cc.map((one) => /<([^<>]*)>$/.exec(one)?.[1] ?? one),
        attachments: mail.attachments.map(({ FileName, ContentType = '', RawContent }) => ({
          filename: FileName,
          contentType: ContentType,
          content: Buffer.from(RawContent, 'base64'),
        })),
      })),
    close: () => sink.close(),
  }
}

describeTransport('ses', rig, { recognisesRepeats: false, impatient: () => rig({ timeoutMs: PATIENCE_MS }) })

const inRig = <T>(run: (rig: SesRig) => Promise<T>, changes: Changes = {}) => within(rig(changes), run)

/** Sends three mails to an account with a fault. */
const answerTo = (
  change: (sink: SesSink) => void,
  changes?: Changes,
): Promise<{ answer: Outcome | Outcome[]; taken: number }> =>
  inRig(async ({ sink, transport }) => {
    change(sink)
    const answer = await transport.send(await transport.compose(batchOf(recipient(1), recipient(2), recipient(3))), 'k')
    return { answer, taken: sink.mails.length }
  }, changes)

const says = (status: number, type: string, message = type): Fault => ({
  kind: 'status',
  status,
  body: { message },
  headers: { 'x-amzn-ErrorType': `${type}:http://internal.amazon.com/coral/` },
})
const SANDBOX =
  'Email address is not verified. The following identities failed the check in region EU-WEST-1: reader1@example.org'

describe('SES’s response to a whole call', () => {
  test.each<[string, Fault, object]>([
    [
      'a revoked key stops the dispatch',
      says(403, 'UnrecognizedClientException'),
      { reason: 'unauthorised', detail: expect.stringContaining('SES_ACCESS_KEY_ID') },
    ],
    [
      'a key without the right stops the dispatch',
      says(403, 'AccessDeniedException'),
      { reason: 'unauthorised', detail: expect.stringContaining('ses:SendBulkEmail') },
    ],
    ['a suspended account stops the dispatch', says(400, 'AccountSuspendedException'), { reason: 'unauthorised' }],
    ['a paused account stops the dispatch', says(400, 'SendingPausedException'), { reason: 'unauthorised' }],
    [
      'an unverified domain stops the dispatch',
      says(400, 'MailFromDomainNotVerifiedException'),
      { reason: 'sender-not-verified' },
    ],
    [
      'a sandboxed account stops the dispatch',
      says(400, 'MessageRejected', SANDBOX),
      { reason: 'sender-not-verified', detail: expect.stringContaining('sandbox') },
    ],
    [
      'a missing configuration set stops the dispatch',
      says(404, 'NotFoundException'),
      { reason: 'unauthorised', detail: expect.stringContaining('SES_CONFIGURATION_SET') },
    ],
    [
      'the day’s quota stops the dispatch',
      says(429, 'TooManyRequestsException', 'Daily message quota exceeded.'),
      { reason: 'quota' },
    ],
    [
      'the rate is a pause',
      says(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.'),
      { reason: 'rate-limited', permanent: false },
    ],
    [
      'a 429 of a gateway is a pause',
      { kind: 'status', status: 429, body: 'slow down' },
      { reason: 'rate-limited', permanent: false },
    ],
    [
      'a refused content is permanent',
      says(400, 'MessageRejected', 'Message contains a virus'),
      { reason: 'invalid-content', permanent: true },
    ],
    [
      'an unreadable call is not a bad address, whatever its message',
      says(400, 'BadRequestException', 'Local address contains control or whitespace'),
      { reason: 'invalid-content', permanent: true },
    ],
    [
      'a fault in the headers is not a bad address',
      says(400, 'BadRequestException', 'Invalid domain in header List-Id'),
      { reason: 'invalid-content', permanent: true },
    ],
  ])('%s', async (_, fault, expected) => {
    const { answer, taken } = await answerTo((sink) => {
      sink.fault = () => fault
    })
    expect(answer).toMatchObject({ kind: 'refused', ...expected })
    expect(taken).toBe(0)
  })

  test('a wrong secret or a wrong region stops the dispatch', async () => {
    for (const changes of [{ secretAccessKey: 'wrong' }, { region: 'us-east-1' }]) {
      const { answer, taken } = await answerTo(() => {}, changes)
      expect(answer).toMatchObject({
        kind: 'refused',
        reason: 'unauthorised',
        detail: expect.stringContaining('SES_SECRET_ACCESS_KEY'),
      })
      expect(taken).toBe(0)
    }
  })

  test.each<[string, Fault]>([
    ['an internal error', says(500, 'InternalServiceErrorException')],
    ['an undocumented type', says(400, 'SomethingNewException')],
    ['an answer for some of the mails', { kind: 'half-after' }],
  ])('%s is unknown, never refused', async (_, fault) => {
    const { answer } = await answerTo((sink) => {
      sink.fault = () => fault
    })
    expect(answer).toMatchObject({ kind: 'unknown' })
  })
})

describe('SES’s response for one recipient', () => {
  const entry = (Status: string, reason?: string) => ({ Status, ...(reason !== undefined && { Error: reason }) })

  test.each<[string, object, object]>([
    [
      'a virus is permanent',
      entry('MESSAGE_REJECTED', 'virus'),
      { kind: 'refused', permanent: true, reason: 'invalid-content' },
    ],
    [
      'a bad address is permanent',
      entry('INVALID_PARAMETER'),
      { kind: 'refused', permanent: true, reason: 'bad-address' },
    ],
    [
      'a template SES does not have is permanent',
      entry('TEMPLATE_DOES_NOT_EXIST'),
      { kind: 'refused', permanent: true },
    ],
    ['FAILED may have been taken', entry('FAILED'), { kind: 'unknown' }],
    ['TRANSIENT_FAILURE may have been taken', entry('TRANSIENT_FAILURE'), { kind: 'unknown' }],
    ['an undocumented status may have been taken', entry('SOMETHING_NEW'), { kind: 'unknown' }],
    [
      'the rate lets this person wait',
      entry('ACCOUNT_THROTTLED'),
      { kind: 'refused', permanent: false, reason: 'rate-limited' },
    ],
    [
      'the quota lets this person wait',
      entry('ACCOUNT_DAILY_QUOTA_EXCEEDED'),
      { kind: 'refused', permanent: false, reason: 'quota' },
    ],
    ['a suspended account lets this person wait', entry('ACCOUNT_SUSPENDED'), { kind: 'refused', permanent: false }],
    [
      'the sandbox lets this person wait',
      entry('MESSAGE_REJECTED', SANDBOX),
      { kind: 'refused', permanent: false, reason: 'sender-not-verified' },
    ],
  ])('%s, and nobody else is touched', async (_, status, expected) => {
    const { answer, taken } = await answerTo((sink) => {
      sink.status = (index) => (index === 1 ? (status as { Status: string }) : null)
    })
    expect(answer).toMatchObject([
      { kind: 'accepted', reference: '0102-1' },
      expected,
      { kind: 'accepted', reference: '0102-2' },
    ])
    expect(taken).toBe(2)
  })

  test.each([
    ['ACCOUNT_DAILY_QUOTA_EXCEEDED', undefined, 'quota'],
    ['ACCOUNT_SUSPENDED', undefined, 'unauthorised'],
    ['ACCOUNT_SENDING_PAUSED', undefined, 'unauthorised'],
    ['ACCOUNT_THROTTLED', undefined, 'rate-limited'],
    ['MAIL_FROM_DOMAIN_NOT_VERIFIED', undefined, 'sender-not-verified'],
    ['MESSAGE_REJECTED', SANDBOX, 'sender-not-verified'],
    ['CONFIGURATION_SET_DOES_NOT_EXIST', undefined, 'unauthorised'],
    ['CONFIGURATION_SET_SENDING_PAUSED', undefined, 'unauthorised'],
    ['INVALID_SENDING_POOL_NAME', undefined, 'unauthorised'],
  ])('%s for everybody is about the account, so it is one answer', async (status, error, reason) => {
    const { answer } = await answerTo((sink) => {
      sink.status = () => entry(status, error)
    })
    expect(answer).toMatchObject({ kind: 'refused', permanent: false, reason, detail: expect.any(String) })
  })

  test('a quota used up during a call keeps accepted mails, and the others wait', async () => {
    const { answer, taken } = await answerTo((sink) => {
      sink.status = (index) => (index === 0 ? null : entry('ACCOUNT_DAILY_QUOTA_EXCEEDED'))
    })
    expect(taken).toBe(1)
    const attempted = { ...newBatchHeader(1, 'kk', 3), state: 'attempted' as const }
    expect(settle(attempted, [0, 1, 2], answer, 0, 0.5, false).next).toMatchObject({
      state: 'waiting',
      statuses: { text: 'aww' },
    })
  })

  test('an invalid address is refused alone', () =>
    inRig(async ({ sink, transport }) => {
      const bad = recipient(2, { to: { address: 'not an address' } })
      const answer = await transport.send(await transport.compose(batchOf(recipient(1), bad, recipient(3))), 'k')
      expect(answer).toMatchObject([
        { kind: 'accepted' },
        { kind: 'refused', permanent: true, reason: 'bad-address' },
        { kind: 'accepted' },
      ])
      expect(sink.mails.length).toBe(2)
    }))
})

describe('a call to SES', () => {
  test('braces in any text arrive unchanged, and values are escaped once', () =>
    inRig(async ({ sink, transport }) => {
      const template = {
        ...TEMPLATE,
        html: [
          '<p title="{{#if x}}">\\{',
          { slot: 'greeting', as: 'html' as const },
          '}</p><style>@media all{a{b:c}}</style>',
        ],
        text: ['{{greeting}} {{{', { slot: 'greeting', as: 'plain' as const }],
      }
      const one = recipient(1, { values: { greeting: 'A & {{v0}}', unsubscribe: 'https://act.example.org/u' } })
      await transport.send(await transport.compose({ ...batchOf(one), template }), 'k')
      expect(sink.mails[0]).toMatchObject({
        html: '<p title="{{#if x}}">\\{A &amp; {{v0}}}</p><style>@media all{a{b:c}}</style>',
        text: '{{greeting}} {{{A & {{v0}}',
        subject: 'Үндеу — A & {{v0}}',
      })
    }))

  test('names in any script become encoded words that an independent parser reads', () =>
    inRig(async ({ sink, transport }) => {
      const name = 'Ахметов, Ерлан “Жаңаөзен” <жұмысшы> 工人团结 العمال المتحدون'
      await transport.send(
        await transport.compose(batchOf(recipient(1, { to: { name, address: 'reader1@example.org' } }))),
        'k',
      )
      const [mail] = sink.mails
      for (const word of mail?.to.split(' ') ?? []) expect(word.length).toBeLessThanOrEqual(75)
      const parsed = await PostalMime.parse(`From: ${mail?.from}\r\nTo: ${mail?.to}\r\n\r\n`)
      expect(parsed.to).toEqual([{ name, address: 'reader1@example.org' }])
      expect(parsed.from).toEqual({ name: 'Dayanışma', address: 'news@example.org' })
      expect(mail?.replyTo).toEqual(['answer@example.org'])
    }))

  test('the dispatch’s id is a tag, which SES’s events return', () =>
    inRig(async ({ sink, transport }) => {
      await transport.send(await transport.compose({ ...batchOf(recipient(1)), tag: 'd-1_x' }), 'k')
      expect(sink.mails[0]?.tags).toEqual({ dispatch: 'd-1_x' })
    }))

  test('a full call of the largest mails stays below SES’s limit of one megabyte', () =>
    inRig(async ({ transport }) => {
      const template = {
        ...TEMPLATE,
        html: ['ы'.repeat(51_000), ...TEMPLATE.html],
        text: ['ы'.repeat(51_000), ...TEMPLATE.text],
      }
      const call = await transport.compose({
        ...batchOf(...Array.from({ length: 50 }, (_, n) => recipient(n))),
        template,
      })
      expect(call.body.length).toBeLessThan(1_000_000)
    }))

  test('a call has at most the recipients that the account allows per second, and at most 50', () => {
    const account = { url: 'http://127.0.0.1:9', ...SES_KEY }
    const paced = (mailsPerSecond: number) => {
      const { maxBatch, callsPerSecond } = ses({ ...account, mailsPerSecond }, { callsPerSecond: 100 })
      return [maxBatch, maxBatch * callsPerSecond]
    }
    expect([1, 14, 50, 200].map(paced)).toEqual([
      [1, 1],
      [14, 14],
      [50, 50],
      [50, 200],
    ])
  })
})

describe('the check summarises SES’s response in a sentence', () => {
  const check = (change: (account: SesSink['account']) => void, changes: Changes = {}) =>
    inRig(
      async ({ sink, transport }) => {
        change(sink.account)
        return transport.check('news@example.org')
      },
      { mailsPerSecond: 14, ...changes },
    )

  test.each<[string, (account: SesSink['account']) => void, RegExp, Changes?]>([
    [
      'the account is in the sandbox',
      (account) => Object.assign(account, { production: false }),
      /sandbox of eu-west-1, .* ask for production access/,
    ],
    [
      'AWS has stopped its sending',
      (account) => Object.assign(account, { enabled: false }),
      /stopped this account’s sending/,
    ],
    ['the day is used up', (account) => Object.assign(account, { sent: 50_000 }), /50000 mails in 24 hours is used up/],
    ['the rate is set too high', (account) => Object.assign(account, { rate: 1 }), /set SES_MAILS_PER_SECOND to 1$/],
    [
      'the domain is another’s',
      (account) => Object.assign(account, { identities: {} }),
      /not an identity of this account in eu-west-1: add it/,
    ],
    [
      'the domain is not verified',
      (account) => Object.assign(account, { identities: { 'example.org': false } }),
      /example\.org is not verified: add its DKIM records/,
    ],
    [
      'the secret is wrong',
      (account) => Object.assign(account, { secretAccessKey: 'other' }),
      /check SES_SECRET_ACCESS_KEY/,
    ],
    ['the key is revoked', () => {}, /rejects this access key/, { accessKeyId: 'AKIAREVOKED' }],
  ])('%s', async (_, change, message, changes) => {
    const answer = await check(change, changes)
    expect(answer.ok).toBe(false)
    expect(answer.message).toMatch(message)
  })

  test('the check of a working account reports its quota', async () => {
    expect(await check(() => {})).toEqual({
      ok: true,
      message: 'example.org is verified; 49980 mails are left today, 14 a second',
    })
  })

  test('an address may be verified alone', async () => {
    const alone = (account: SesSink['account']) => Object.assign(account, { identities: { 'news@example.org': true } })
    expect(await check(alone)).toMatchObject({
      ok: true,
      message: expect.stringMatching(/^news@example\.org is verified/),
    })
  })
})

test('faults in settings say what is expected', () => {
  const raw = { SES_REGION: 'Ireland', SES_ACCESS_KEY_ID: 'AKIA', SES_MAILS_PER_SECOND: '0' }
  const configured = driver.configure(raw)
  expect('faults' in configured && configured.faults.map(({ name }) => name).sort()).toEqual([
    'SES_MAILS_PER_SECOND',
    'SES_REGION',
    'SES_SECRET_ACCESS_KEY',
  ])
})
