import { describe, expect, test } from 'vitest'
import { parseSettings } from '../../../src/env.ts'
import { cloudflare, driver } from '../../../src/transports/drivers/cloudflare.ts'
import { batchOf, describeTransport, recipient } from '../../contracts/transport.ts'
import { TEST_SETTINGS } from '../../settings.ts'
import { arrivedBy, sendEmailDouble } from '../../support/send-email.ts'

const LIMITS = { callsPerSecond: 10 }

describeTransport(
  'cloudflare',
  async () => {
    const double = sendEmailDouble()
    return {
      transport: cloudflare(double.binding, LIMITS),
      arrived: async () => arrivedBy(double),
      close: async () => {},
    }
  },
  { recognisesRepeats: false, canVanish: false },
)

/** Sends one mail to a binding with one fault. */
async function answerTo(fault: ReturnType<ReturnType<typeof sendEmailDouble>['fault']>) {
  const double = sendEmailDouble()
  double.fault = () => fault
  const transport = cloudflare(double.binding, LIMITS, 50)
  const answer = await transport.send(await transport.compose(batchOf(recipient(1))), 'k')
  return { answer, taken: double.mails.length }
}

describe('responses of Email Service', () => {
  test.each([
    ['E_VALIDATION_ERROR', { reason: 'invalid-content', permanent: true }],
    ['E_FIELD_MISSING', { reason: 'invalid-content', permanent: true }],
    ['E_TOO_MANY_RECIPIENTS', { reason: 'invalid-content', permanent: true }],
    ['E_CONTENT_TOO_LARGE', { reason: 'invalid-content', permanent: true }],
    ['E_SENDER_NOT_VERIFIED', { reason: 'sender-not-verified' }],
    ['E_SENDER_DOMAIN_NOT_AVAILABLE', { reason: 'sender-not-verified' }],
    ['E_RECIPIENT_NOT_ALLOWED', { reason: 'unauthorised' }],
    ['E_RECIPIENT_SUPPRESSED', { reason: 'suppressed', permanent: true }],
    ['E_RATE_LIMIT_EXCEEDED', { reason: 'rate-limited', permanent: false }],
    ['E_DAILY_LIMIT_EXCEEDED', { reason: 'quota', permanent: false }],
    ['E_HEADER_NOT_ALLOWED', { reason: 'invalid-content', permanent: true }],
    ['E_HEADER_USE_API_FIELD', { reason: 'invalid-content', permanent: true }],
    ['E_HEADER_VALUE_INVALID', { reason: 'invalid-content', permanent: true }],
    ['E_HEADER_VALUE_TOO_LONG', { reason: 'invalid-content', permanent: true }],
    ['E_HEADER_NAME_INVALID', { reason: 'invalid-content', permanent: true }],
    ['E_HEADERS_TOO_LARGE', { reason: 'invalid-content', permanent: true }],
    ['E_HEADERS_TOO_MANY', { reason: 'invalid-content', permanent: true }],
  ])('%s is a refusal', async (code, expected) => {
    const { answer, taken } = await answerTo({ code })
    expect(answer).toMatchObject([{ kind: 'refused', ...expected, detail: expect.any(String) }])
    expect(taken).toBe(0)
  })

  test.each([
    ['an internal error', { code: 'E_INTERNAL_SERVER_ERROR' }, 'E_INTERNAL_SERVER_ERROR'],
    ['a failed delivery', { code: 'E_DELIVERY_FAILED' }, 'E_DELIVERY_FAILED'],
    ['an undocumented code', { code: 'E_SOMETHING_NEW' }, 'E_SOMETHING_NEW'],
    ['an error without a code', { code: '', message: 'Network connection lost' }, 'failed without a code'],
    ['an empty response', { answer: undefined }, 'failed without a code'],
    ['a response after the timeout', { afterMilliseconds: 200 }, 'no response in time'],
  ])('%s is unknown, never refused', async (_, fault, reason) => {
    expect((await answerTo(fault)).answer).toEqual([{ kind: 'unknown', reason }])
  })

  test('each recipient of a call has an outcome', async () => {
    const double = sendEmailDouble()
    double.fault = (call) => (call === 2 ? { code: 'E_RECIPIENT_SUPPRESSED' } : null)
    const transport = cloudflare(double.binding, LIMITS)
    const answer = await transport.send(await transport.compose(batchOf(recipient(1), recipient(2), recipient(3))), 'k')
    expect(answer).toMatchObject([
      { kind: 'accepted', reference: '<1@email.example.org>' },
      { kind: 'refused', reason: 'suppressed' },
      { kind: 'accepted', reference: '<3@email.example.org>' },
    ])
  })
})

describe('its settings', () => {
  const set = (settings: object) =>
    parseSettings({ ...TEST_SETTINGS, PUBLIC_URL: 'https://act.example.org', ...settings })
  const EMAIL = sendEmailDouble().binding

  test('appeals are refused with the reason', async () => {
    const { faults } = await set({ BULK_TRANSPORT: 'cloudflare', TRANSACTIONAL_TRANSPORT: 'cloudflare', EMAIL })
    expect(faults).toEqual([{ name: 'BULK_TRANSPORT', message: expect.stringContaining('forbids marketing mail') }])
    expect(driver.notForBulk).toMatch(/one mail per call/)
  })

  test('a missing binding is reported with what to do', async () => {
    const { faults } = await set({
      BULK_TRANSPORT: 'resend',
      RESEND_API_KEY: 're_x',
      TRANSACTIONAL_TRANSPORT: 'cloudflare',
    })
    expect(faults).toEqual([
      { name: 'EMAIL', message: expect.stringMatching(/is not bound: .*\[\[send_email\]\] in wrangler\.toml/) },
    ])
  })

  test('with the binding the check passes and says what it cannot check', async () => {
    const { settings } = await set({
      BULK_TRANSPORT: 'resend',
      RESEND_API_KEY: 're_x',
      TRANSACTIONAL_TRANSPORT: 'cloudflare',
      EMAIL,
    })
    const transport = settings?.transports.transactional.make({ EMAIL } as never)
    expect(await transport?.check('news@example.org')).toEqual({
      ok: true,
      message: expect.stringMatching(
        /binding EMAIL exists; whether example\.org is set up .* only when a mail is sent/,
      ),
    })
  })
})
