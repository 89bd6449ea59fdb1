import fc from 'fast-check'
import { expect, test } from 'vitest'
import { previewSettings } from '../../../scripts/preview/settings.ts'

const NAMES = [
  'BULK_TRANSPORT',
  'TRANSACTIONAL_TRANSPORT',
  'BULK_FALLBACK_TRANSPORT',
  'RESEND_API_KEY',
  'SMTP_PASSWORD',
  'SMTP_HOST',
  'KEYRING',
  'FINGERPRINT_KEY',
  'API_TOKENS',
  'TURNSTILE_SECRET',
]

test('whatever wrangler.toml and .dev.vars say, mail is captured or has no account, and no key of theirs is known', () => {
  const values = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom('resend', 'smtp', 'ses', 'theirs'))
  fc.assert(
    fc.property(values, values, (wrangler, devVars) => {
      const { settings } = previewSettings(wrangler, devVars)
      expect(settings).toMatchObject({ BULK_TRANSPORT: 'outbox', TRANSACTIONAL_TRANSPORT: 'outbox' })
      expect(Object.keys(settings).toSorted()).toEqual(Object.keys(previewSettings({}, {}).settings).toSorted())
      expect(Object.values(settings)).not.toContain('theirs')
    }),
  )
})

test('pages and mails name the sender of wrangler.toml, else the one of .dev.vars, else a sample', () => {
  const [ours, here] = [
    { SENDER_NAME: 'The Network', PUBLIC_URL: 'https://act.example.org/' },
    { SENDER_NAME: 'Here', REPLY_TO: 'desk@example.org' },
  ]
  expect(previewSettings(ours, here)).toMatchObject({
    publicUrl: 'https://act.example.org',
    settings: { SENDER_NAME: 'The Network', REPLY_TO: 'desk@example.org' },
  })
  expect(previewSettings({ SENDER_NAME: ' ' }, here).settings.SENDER_NAME).toBe('Here')
  expect(previewSettings({}, {})).toMatchObject({
    publicUrl: 'http://127.0.0.1:8787',
    settings: { SENDER_ADDRESS: 'campaigns@example.org' },
  })
})

test('for the address of a deployment, which takes no outbox, the server has a provider without an account', () => {
  const { settings } = previewSettings({ PUBLIC_URL: 'https://act.example.org', BULK_TRANSPORT: 'brevo' }, {})
  expect(settings).toMatchObject({ BULK_TRANSPORT: 'resend', RESEND_API_KEY: 'a-preview-sends-nothing' })
})
