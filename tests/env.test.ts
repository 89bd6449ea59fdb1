import { expect, test } from 'vitest'
import { parseSettings, requireSettings, settingsOf } from '../src/env.ts'
import { isLoopback } from '../src/kit/loopback.ts'
import { TEST_SETTINGS } from './settings.ts'

const faultsOf = async (changed: object) => (await parseSettings({ ...TEST_SETTINGS, ...changed })).faults
const namesOf = async (changed: object) => (await faultsOf(changed)).map(({ name }) => name)
const PUBLIC = {
  PUBLIC_URL: 'https://act.example.org',
  BULK_TRANSPORT: 'resend',
  TRANSACTIONAL_TRANSPORT: 'resend',
  RESEND_API_KEY: 're_x',
}

test('complete settings are parsed, with lists, defaults and no final slash', async () => {
  const { settings, faults } = await parseSettings({ ...TEST_SETTINGS, PUBLIC_URL: 'http://127.0.0.1:8787/' })
  expect(faults).toEqual([])
  expect(settings).toMatchObject({
    publicUrl: 'http://127.0.0.1:8787',
    loopback: true,
    locales: ['en', 'ru', 'fr', 'es', 'kk', 'ar'],
    partnerOrigins: [],
    requireApproval: false,
  })
})

test('all missing settings are named at once', async () => {
  const { settings, faults } = await parseSettings({})
  expect(settings).toBeUndefined()
  expect(faults.map(({ name }) => name)).toEqual([
    'PUBLIC_URL',
    'SENDER_NAME',
    'SENDER_ADDRESS',
    'POSTAL_ADDRESS',
    'LOCALES',
    'BULK_TRANSPORT',
    'TRANSACTIONAL_TRANSPORT',
    'KEYRING',
    'FINGERPRINT_KEY',
    'API_TOKENS',
  ])
})

test('a public URL is https, at the root of its host', async () => {
  expect(await namesOf(PUBLIC)).toEqual([])
  for (const PUBLIC_URL of [
    'act.example.org',
    'http://act.example.org',
    'https://act.example.org/tocsin',
    'https://act.example.org?x',
    'ftp://act.example.org',
    'http://127.0.0.1.evil.example',
  ]) {
    expect(new Set(await namesOf({ ...PUBLIC, PUBLIC_URL }))).toEqual(new Set(['PUBLIC_URL']))
  }
})

test.each([
  [{ PUBLIC_URL: 'https://действие.example' }, 'write https://xn--'],
  [{ PUBLIC_URL: 'https://act.example.org/en' }, 'write https://act.example.org instead of https://act.example.org/en'],
  [{ PUBLIC_URL: 'https://Act.Example.org' }, 'write https://act.example.org instead'],
  [{ PUBLIC_URL: 'https://act.example.org:443' }, 'write https://act.example.org instead'],
  [{ PUBLIC_URL: 'act.example.org' }, 'write https://act.example.org'],
  [{ PARTNER_ORIGINS: 'https://a.example, https://профсоюз.example/' }, 'write https://xn--'],
  [{ LOCALES: 'en,ZH_hant' }, 'write zh-Hant instead of ZH_hant'],
  [{ SENDER_ADDRESS: 'Union <news@example.org>' }, 'whose part before the @'],
  [{ REPLY_TO: 'news.example.org' }, 'such as name@example.org'],
])('a wrong %j is told with the way to write it', async (changed, advice) => {
  const [fault] = await faultsOf({ ...PUBLIC, ...changed })
  expect(fault).toMatchObject({ name: Object.keys(changed)[0], message: expect.stringContaining(advice) })
})

test('the outbox is refused for public addresses, where mail would seem sent and never leave', async () => {
  expect(await namesOf({ ...PUBLIC, TRANSACTIONAL_TRANSPORT: 'outbox' })).toEqual(['TRANSACTIONAL_TRANSPORT'])
  expect(await namesOf({ BULK_TRANSPORT: 'pigeon' })).toEqual(['BULK_TRANSPORT'])
  expect(await namesOf({ BULK_TRANSPORT: 'resend' })).toEqual(['RESEND_API_KEY'])
})

test('keys of the wrong length or form are malformed', async () => {
  for (const KEYRING of ['k1', 'k1:AAAA', TEST_SETTINGS.KEYRING.slice(3)])
    expect(await namesOf({ KEYRING })).toEqual(['KEYRING'])
  for (const FINGERPRINT_KEY of ['', 'AAAA', '!'])
    expect(await namesOf({ FINGERPRINT_KEY })).toEqual(['FINGERPRINT_KEY'])
  expect(await namesOf({ API_TOKENS: 'organiser:everything:00' })).toEqual(['API_TOKENS'])
})

test('no fault repeats a secret', async () => {
  const secrets = { KEYRING: 'k1:c2VjcmV0', FINGERPRINT_KEY: 'c2VjcmV0', API_TOKENS: 'a:b:c2VjcmV0' }
  expect(JSON.stringify(await faultsOf(secrets))).not.toContain('c2VjcmV0')
})

test('language codes are well-formed and unique, and include English', async () => {
  for (const LOCALES of ['en,english!', 'en,zh_Hant', 'en,EN', 'en,en', ',', 'fr,ru'])
    expect(await namesOf({ LOCALES })).toEqual(['LOCALES'])
  expect(await namesOf({ LOCALES: 'en, ru ,kk' })).toEqual([])
})

test('a language without texts is refused with the files it needs, since its mails could not be written', async () => {
  expect(await faultsOf({ LOCALES: 'en,ru,zh-Hant' })).toEqual([
    {
      name: 'LOCALES',
      message: expect.stringContaining('there is no strings/zh-Hant.yaml and emails/strings/zh-Hant.yaml'),
    },
  ])
})

test('partners are named by origin, as browsers send it', async () => {
  expect(await namesOf({ PARTNER_ORIGINS: 'https://a.example.org, http://localhost:3000' })).toEqual([])
  for (const PARTNER_ORIGINS of ['https://a.example.org/', 'a.example.org', '*', 'https://A.example.org', 'null']) {
    expect(await namesOf({ PARTNER_ORIGINS })).toEqual(['PARTNER_ORIGINS'])
  }
})

test('one Turnstile setting without the other is refused', async () => {
  expect(await namesOf({ TURNSTILE_SITE_KEY: 'x' })).toEqual(['TURNSTILE_SECRET'])
  expect(await namesOf({ TURNSTILE_SITE_KEY: 'x', TURNSTILE_SECRET: 'y' })).toEqual([])
})

test('only addresses of this machine count as loopback, not names that look like them', () => {
  for (const url of ['http://localhost', 'http://127.0.0.1:8787', 'http://127.1', 'http://[::1]:80', 'http://0x7f.1'])
    expect(isLoopback(url)).toBe(true)
  for (const url of [
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'http://[::2]',
    'localhost',
    '',
  ])
    expect(isLoopback(url)).toBe(false)
})

test('settings are parsed once per environment; requireSettings throws all faults by name', async () => {
  const env = { ...TEST_SETTINGS }
  expect(await settingsOf(env)).toBe(await settingsOf(env))
  expect((await requireSettings(env)).publicUrl).toBe(TEST_SETTINGS.PUBLIC_URL)
  await expect(requireSettings({ ...TEST_SETTINGS, KEYRING: '', SENDER_NAME: undefined })).rejects.toThrow(
    /SENDER_NAME.*KEYRING/,
  )
})

test('withheld names are read by campaign, and an error about a malformed list does not repeat them', async () => {
  const { settings } = await parseSettings({ ...TEST_SETTINGS, WITHHELD_NAMES: '{"dock": [" Vera Kowalczyk "]}' })
  expect(settings?.withheldNames).toEqual({ dock: ['Vera Kowalczyk'] })
  expect((await parseSettings(TEST_SETTINGS)).settings?.withheldNames).toEqual({})
  for (const malformed of ['Vera Kowalczyk', '["Vera Kowalczyk"]', '{"dock": "Vera Kowalczyk"}', '{"dock": [""]}']) {
    const faults = await faultsOf({ WITHHELD_NAMES: malformed })
    expect(faults.map(({ name }) => name)).toEqual(['WITHHELD_NAMES'])
    expect(JSON.stringify(faults)).not.toContain('Kowalczyk')
  }
})

test('NOTIFY names up to five addresses, and a faulty one is told by its place and never quoted', async () => {
  const notify = async (text: string) => (await parseSettings({ ...TEST_SETTINGS, NOTIFY: text })).settings?.notify
  expect(await notify(' Anna@Example.org , ben@example.org,anna@example.org')).toEqual([
    'anna@example.org',
    'ben@example.org',
  ])
  expect((await parseSettings(TEST_SETTINGS)).settings?.notify).toEqual([])
  const six = Array.from({ length: 6 }, (_, i) => `vera${i}@example.org`).join(',')
  for (const [text, says] of [
    ['anna@example.org,vera', 'entry 2'],
    ['vera@', 'entry 1'],
    ['vera ross@example.org;ben@example.org', 'entry 1'],
    [six, '6 addresses'],
  ] as const) {
    const [fault, ...more] = await faultsOf({ NOTIFY: text })
    expect([fault?.name, more]).toEqual(['NOTIFY', []])
    expect(fault?.message).toContain(says)
    expect(fault?.message).not.toContain('vera')
  }
})
