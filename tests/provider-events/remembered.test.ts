import { expect, test } from 'vitest'
import { readQueueMessage } from '../../src/provider-events/providers/cloudflare.ts'
import { READ_AT, readEvent, said, wordsOf } from '../support/read-event.ts'
import { BOUNCES, type Name } from '../support/signed-events.ts'

const email = 'iris@example.org'
const blocked = (reason: string) => ({ ...BOUNCES.brevo, event: 'blocked', reason })
const dropped = (reason: string) => [{ ...(BOUNCES.sendgrid as object[])[0], event: 'dropped', reason }]
const failed = (more: object) => ({ ...BOUNCES.mailgun, 'delivery-status': undefined, ...more })
const status = (code: unknown, message = '') => failed({ reason: 'x', 'delivery-status': { code, message } })
const suppressed = (message: string) => ({
  type: 'email.suppressed',
  created_at: '2026-11-24T12:00:00Z',
  data: { to: [email], tags: { dispatch: 'd-1' }, suppressed: { message } },
})
const change = (SuppressionReason: string | null) => ({
  RecordType: 'SubscriptionChange',
  Recipient: email,
  ChangedAt: '2026-11-24T12:00:00Z',
  SuppressSending: true,
  SuppressionReason,
  Metadata: { dispatch: 'd-1' },
})
const sesBounce = (bounceSubType: string) => ({
  eventType: 'Bounce',
  mail: { destination: [email] },
  bounce: { bounceType: 'Permanent', bounceSubType, bouncedRecipients: [{ emailAddress: email }] },
})

const TABLE: [Name, object, string][] = [
  ['brevo', blocked('due to unsubscribed user'), 'unsubscribed'],
  ['brevo', blocked('Due to Unsubscribed User'), 'unsubscribed'],
  ['brevo', blocked('blocked : due to blacklist user'), 'unsubscribed'],
  ['brevo', blocked('due to spam user'), 'complained'],
  ['brevo', blocked('due to hard bounced user'), 'hard'],
  ['brevo', blocked('adminBlocked'), 'unsubscribed'],
  ['brevo', blocked('unsubscribedViaEmail'), 'unsubscribed'],
  ['brevo', blocked('contact blocklisted'), 'unsubscribed'],
  ['brevo', blocked('email is blacklisted'), 'unsubscribed'],
  ['brevo', blocked('Contact has been added to the exclusion list'), 'unsubscribed'],
  ['brevo', blocked('address blacklisted after a hard bounce'), 'hard'],
  ['brevo', blocked('due to blacklisted sender'), 'refused'],
  ['brevo', blocked('recipient server: 203.0.113.9 is on a DNS blacklist'), 'refused'],
  ['brevo', blocked('recipient rejected, your IP address is blacklisted'), 'refused'],
  ['brevo', blocked('554 5.7.1 blocked for spam content'), 'refused'],
  ['sendgrid', dropped('Unsubscribed Address'), 'unsubscribed'],
  ['sendgrid', dropped('Spam Reporting Address'), 'complained'],
  ['sendgrid', dropped('Bounced Address'), 'hard'],
  ['sendgrid', dropped('Group Unsubscribed Address'), 'unsubscribed'],
  ['sendgrid', dropped('Invalid SMTPAPI header'), 'refused'],
  ['sendgrid', dropped('Spam Content (if spam checker app enabled)'), 'refused'],
  ['sendgrid', dropped('Recipient List over Package Quota'), 'refused'],
  ['mailgun', status(605, 'Not delivering to previously bounced address'), 'hard'],
  ['mailgun', status(606, 'Not delivering to unsubscribed address'), 'unsubscribed'],
  ['mailgun', status('606'), 'unsubscribed'],
  ['mailgun', status(607, 'Not delivering to a user who marked your messages as spam'), 'complained'],
  ['mailgun', failed({ reason: 'suppress-unsubscribe', severity: null }), 'unsubscribed'],
  ['mailgun', failed({ reason: 'suppress-complaint' }), 'complained'],
  ['mailgun', failed({ reason: 'suppress-bounce' }), 'hard'],
  ['resend', suppressed('The recipient is on the suppression list after a hard bounce'), 'hard'],
  ['resend', suppressed('The recipient previously marked an email as spam'), 'complained'],
  ['resend', suppressed('This address was added to the list because its owner unsubscribed'), 'unsubscribed'],
  ['postmark', change('ManualSuppression'), 'unsubscribed'],
  ['postmark', change('SpamComplaint'), 'complained'],
  ['postmark', change('HardBounce'), 'hard'],
  ['postmark', change(null), 'unsubscribed'],
  ['postmark', { ...BOUNCES.postmark, Type: 'ManuallyDeactivated' }, 'unsubscribed'],
  ['ses', sesBounce('OnAccountSuppressionList'), 'hard'],
  ['ses', sesBounce('Suppressed'), 'hard'],
  ['ses', sesBounce('UnsubscribedRecipient'), 'unsubscribed'],
]
test.each(TABLE)('%s: %j means %s', async (name, event, effect) => {
  expect(await said(name, event)).toBe(effect)
})

const EARLIER: [Name, object][] = [
  ['brevo', blocked('due to spam user')],
  ['sendgrid', dropped('Spam Reporting Address')],
  ['mailgun', status(607)],
  ['resend', suppressed('a spam complaint')],
  ['postmark', change('SpamComplaint')],
]
test.each(EARLIER)(
  '%s: a complaint about an earlier mail does not count against this dispatch',
  async (name, event) => {
    const read = await readEvent(name, event)
    expect(read).toEqual([expect.objectContaining({ kind: 'complained' })])
    expect(JSON.stringify(read)).not.toContain('d-1')
  },
)

test.each([
  ['recipient unsubscribed', 'unsubscribed'],
  ['spam complaint', 'complained'],
  ['suppressed', 'refused'],
])('cloudflare: a mail rejected because of “%s” is %s', (reason, effect) => {
  const message = { type: 'cf.email.sending.message.rejected', payload: { recipient: email, rejection: { reason } } }
  expect(wordsOf(readQueueMessage(message, READ_AT))).toBe(effect)
})
