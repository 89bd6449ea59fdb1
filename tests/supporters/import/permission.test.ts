import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_ANSWERS, permissionOf, plainWord } from '../../../src/supporters/import/permissions/permission.ts'
import { permissionColumn } from '../../../src/supporters/import/permissions/permission-columns.ts'

const meaning = (name: string, value: unknown, answers = NO_ANSWERS) => {
  const column = permissionColumn(name)
  return column === null ? 'ignored' : permissionOf(column, value, answers)
}

test.each([
  ['Mailchimp', 'Status', 'Unsubscribed', 'unsubscribed'],
  ['Mailchimp', 'Status', 'Cleaned', 'bounced'],
  ['Mailchimp', 'UNSUB_TIME', '2024-03-01 10:00:00', 'unsubscribed'],
  ['Mailchimp', 'Status', 'Non-subscribed', 'unconfirmed'],
  ['listmonk', 'status', 'blocklisted', 'unsubscribed'],
  ['listmonk', 'subscription_status', 'unconfirmed', 'unconfirmed'],
  ['Keila', 'Status', 'unreachable', 'bounced'],
  ['CiviCRM', 'No Bulk Emails (User Opt Out)', 'Yes', 'unsubscribed'],
  ['CiviCRM', 'Do Not Email', '1', 'unsubscribed'],
  ['CiviCRM', 'On Hold', 'On Hold Bounce', 'bounced'],
  ['CiviCRM', 'is_opt_out', '0', 'free'],
  ['Action Network', 'subscription_status', 'spam complaint', 'complained'],
  ['Action Network', 'can2_subscription_status', 'bouncing', null],
  ['NationBuilder', 'email_opt_in', 'false', 'unsubscribed'],
  ['NationBuilder', 'email1_is_bad', 'true', 'bounced'],
  ['Mautic', 'dnc_email_unsubscribed', '1', 'unsubscribed'],
  ['Ghost', 'subscribed_to_emails', 'false', 'unsubscribed'],
  ['Ghost', 'status', 'comped', 'free'],
  ['Sendy', 'Status', 'Marked as spam', 'complained'],
  ['Brevo', 'EMAIL_BLACKLISTED', 'true', 'unsubscribed'],
  ['Mailtrain', 'status', '2', null],
  ['Mailman', 'nomail', 'x', 'unsubscribed'],
  ['a Spanish list', 'Estado', 'Dado de baja', 'unsubscribed'],
  ['a Russian list', 'Статус', 'Отписан', 'unsubscribed'],
  ['a French list', 'Désabonné', 'oui', 'unsubscribed'],
  ['a Kazakh list', 'мәртебе', 'Бас тартты', 'unsubscribed'],
  ['an Arabic list', 'الحالة', 'محظور', 'unsubscribed'],
  ['a sheet', 'subscribed', '0', 'unsubscribed'],
  ['a sheet', 'subscribed', 'YES', 'free'],
  ['a sheet', 'Unsubscribed at', '0000-00-00 00:00:00', 'free'],
  ['a sheet', 'unsubscribed', '31.05.2024', 'unsubscribed'],
  ['a sheet', 'bounce_count', '3', 'ignored'],
  ['a US sheet', 'state', 'NY', 'free'],
  ['a sheet', 'state', 'unsubscribed', 'unsubscribed'],
  ['NDJSON', 'unsubscribed', true, 'unsubscribed'],
  ['NDJSON', 'deleted_at', null, 'free'],
  ['any', 'shoe size', '38', 'ignored'],
  ['any', 'city', 'Status Quo', 'ignored'],
])('%s: %s “%s” means %s', (_, name, value, expected) => {
  expect(meaning(name, value)).toBe(expected)
})

test('a word is understood in any case and with any signs between its letters', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('opted out', 'do not email', 'hard bounce', 'spam complaint'),
      fc.constantFrom('_', '-', ' ', ' / '),
      fc.boolean(),
      (word, sign, upper) => {
        const written = word.replaceAll(' ', sign)
        expect(meaning('status', upper ? written.toUpperCase() : `\u200B ${written} `)).not.toBeOneOf(['free', null])
      },
    ),
  )
})

test('an organiser’s answer decides what is not understood', () => {
  const answers = { ...NO_ANSWERS, subscribed: ['1'], left: [plainWord('Gone Fishing')] }
  expect(meaning('status', '1', answers)).toBe('free')
  expect(meaning('status', 'gone fishing', answers)).toBe('unsubscribed')
  expect(meaning('status', 'gone')).toBeNull()
})
