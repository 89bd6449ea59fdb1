import { expect, test } from 'vitest'
import { READ_AT, readEvent } from '../support/read-event.ts'
import { BOUNCES, type Name } from '../support/signed-events.ts'

const AT = Date.parse('2026-11-24T12:00:00Z')
const SECONDS = AT / 1_000
const clean = { ts_epoch: undefined, ts_event: undefined, ts: undefined, date: undefined }
const brevo = (times: object) => ({ ...BOUNCES.brevo, ...clean, ...times })
const ses = (bounceTime: unknown, mailTime: unknown) => ({
  eventType: 'Bounce',
  mail: { timestamp: mailTime },
  bounce: {
    bounceType: 'Permanent',
    timestamp: bounceTime,
    bouncedRecipients: [{ emailAddress: 'iris@example.org' }],
  },
})
const one = (name: 'sendgrid', more: object) => [{ ...(BOUNCES[name] as object[])[0], ...more }]

const TABLE: [Name, string, unknown, number][] = [
  ['brevo', 'ts_epoch', brevo({ ts_epoch: AT }), AT],
  ['brevo', 'ts_epoch in seconds', brevo({ ts_epoch: SECONDS }), AT],
  ['brevo', 'ts_event', brevo({ ts_event: SECONDS }), AT],
  ['brevo', 'ts_event as text', brevo({ ts_event: `${SECONDS}` }), AT],
  ['brevo', 'ts', brevo({ ts: SECONDS }), AT],
  ['brevo', 'date', brevo({ date: '2026-11-24 12:00:00' }), AT],
  ['brevo', 'a ts_epoch of null, and ts_event', brevo({ ts_epoch: null, ts_event: SECONDS }), AT],
  ['brevo', 'no time', brevo({}), READ_AT],
  ['brevo', 'a time that cannot be meant', brevo({ ts_epoch: 7 }), READ_AT],
  ['mailgun', 'text', { ...BOUNCES.mailgun, timestamp: `${SECONDS}` }, AT],
  ['mailgun', 'no time', { ...BOUNCES.mailgun, timestamp: null }, READ_AT],
  ['postmark', 'no time', { ...BOUNCES.postmark, BouncedAt: undefined }, READ_AT],
  ['resend', 'no time', { ...BOUNCES.resend, created_at: 'soon' }, READ_AT],
  ['sendgrid', 'no time', one('sendgrid', { timestamp: null }), READ_AT],
  ['ses', 'no time of the mail', ses('2026-11-24T12:00:00Z', undefined), AT],
  ['ses', 'only the time of the mail', ses(null, '2026-11-24T12:00:00Z'), AT],
  ['ses', 'no time', ses({}, []), READ_AT],
]
test.each(TABLE)('%s: with %s, the event has the best time there is', async (name, _, event, at) => {
  expect(await readEvent(name, event)).toEqual([expect.objectContaining({ at })])
})

test('brevo: a repeated event without a time is the same event', async () => {
  const [first, again] = [await readEvent('brevo', brevo({})), await readEvent('brevo', brevo({}))]
  const idOf = (read: typeof first) => (Array.isArray(read) ? read.map((each) => 'id' in each && each.id) : [])
  expect(idOf(first)).toEqual(idOf(again))
})
