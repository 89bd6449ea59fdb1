import { expect, test } from 'vitest'
import { NO_ANSWERS, permissionOf } from '../../../src/supporters/import/permissions/permission.ts'
import { permissionColumn } from '../../../src/supporters/import/permissions/permission-columns.ts'

const meaning = (name: string, value: string) => {
  const column = permissionColumn(name)
  return column === null ? 'ignored' : permissionOf(column, value, NO_ANSWERS)
}

test.each([
  ...[
    'Marketing Opt In',
    'newsletter_opt_in',
    'Opted in to email',
    'Newsletter',
    'Receives newsletter',
    'newsletter_subscribed',
  ],
  ...[
    'is_subscribed_to_newsletter',
    'Allow Emails',
    'accepts_email',
    'Wants updates',
    'OK to email',
    'okay to contact',
    'receive_emails',
  ],
  ...[
    'GDPR',
    'gdpr_consent',
    'Consent',
    'Consent given',
    'permission to email',
    'Contact permission',
    'Contactable',
    'can_be_contacted',
  ],
  ...[
    'emails enabled',
    'user_active',
    'On mailing list',
    'Einwilligung',
    'Newsletter-Abo',
    'Consentement',
    'Accepte les e-mails',
  ],
  ...[
    'abonné(e)',
    'Inscrite',
    'Consentimiento',
    'Acepta correos',
    'Suscripción',
    'Согласие',
    'Согласие на рассылку',
    'Рассылка',
  ],
  ...['Подписка', 'Келісім', 'Жазылым', 'الموافقة', 'الاشتراك'],
])('who has “no” in the column “%s” is not written to, and who has “yes” is', (name) => {
  expect([meaning(name, 'No'), meaning(name, 'Yes'), meaning(name, '')]).toEqual([
    'unsubscribed',
    'free',
    'unconfirmed',
  ])
})

test.each([
  ...[
    'Don’t email',
    'dont_contact',
    'do_not_send',
    'No contact',
    'never contact',
    'Not to be contacted',
    'not_subscribed',
    'block_email',
  ],
  ...[
    'Refused',
    'declined',
    'Consent withdrawn',
    'consent_revoked',
    'Left',
    'has_left',
    'is_inactive',
    'user_inactive',
    'Email disabled',
  ],
  ...[
    'cancelled',
    'Erased',
    'Deceased',
    'Excluded',
    'Widerruf',
    'Widerspruch',
    'Austritt',
    'Werbesperre',
    'Kündigung',
    'keine Werbung',
  ],
  ...[
    'Ne pas contacter',
    'Refus',
    'No contactar',
    'no enviar',
    'Rechazado',
    'не писать',
    'Отказ от рассылки',
    'отказался',
  ],
  ...['Бас тартты', 'Хат жібермеу', 'لا ترسل', 'إلغاء'],
])('who has “yes” in the column “%s” is not written to, and who has “no” may be', (name) => {
  expect([meaning(name, 'Yes'), meaning(name, 'No'), meaning(name, '')]).toEqual(['unsubscribed', 'free', 'free'])
})

test.each([
  ...[
    'consent_withdrawn_at',
    'revoked_at',
    'removed_at',
    'Date removed',
    'date_deleted',
    'Date left',
    'cancelled_at',
    'canceled_on',
  ],
  ...[
    'deactivated_at',
    'unsubscribe_date',
    'Widerrufen am',
    'Fecha de baja',
    'Дата отказа',
    'Дата отписки',
    'Date de désinscription',
  ],
])('who has a date in the column “%s” is not written to', (name) => {
  expect([meaning(name, '2024-05-31'), meaning(name, '')]).toEqual(['unsubscribed', 'free'])
})

test.each([
  ...[
    'SMS opt in',
    'Phone consent',
    'WhatsApp opt-in',
    'cookie_consent',
    'Photo consent',
    'consent_ip',
    'Consent text',
    'Consent date',
  ],
  ...[
    'OPTIN_TIME',
    'opt_in_source',
    'Household Salutation',
    'household_date',
    'Shareholder since',
    'Leftover donation',
    'Contact no.',
  ],
  ...[
    'Emails received',
    'Newsletter language',
    'Дата согласия',
    'Дата подписки',
    'Occupation',
    'Cleft lip station',
    'Interactive',
    'Facebook Email',
    'Outlook contact',
    'Disabled',
    'Neighbourhood update',
  ],
])('the column “%s” does not say whether a mail may be sent', (name) => {
  expect(meaning(name, 'Greetings')).toBe('ignored')
})
