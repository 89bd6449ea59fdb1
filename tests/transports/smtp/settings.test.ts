import { expect, test } from 'vitest'
import { driver } from '../../../src/transports/drivers/smtp.ts'

const faultsOf = (settings: object) => {
  const configured = driver.configure({ SMTP_URL: 'smtps://mail.example.org', ...settings })
  return 'faults' in configured ? configured.faults.map(({ name, message }) => `${name} ${message}`) : []
}

test.each([
  ['smtps://mail.example.org'],
  ['smtps://mail.example.org:465/'],
  ['smtp://mail.example.org'],
  ['smtp://mail.example.org:2525'],
  ['smtp://127.0.0.1:1025'],
  ['smtp://[::1]:1025'],
])('%s is a mail server', (SMTP_URL) => {
  expect(faultsOf({ SMTP_URL })).toEqual([])
})

test.each([
  ['smtp://mail.example.org:25', /port 25, which Cloudflare blocks/],
  ['smtps://mail.example.org:25', /port 25/],
  ['https://mail.example.org', /expected smtps:/],
  ['mail.example.org', /expected smtps:/],
  ['smtp://user:word@mail.example.org', /SMTP_PASSWORD/],
  ['smtp://mail.example.org/path', /more than host and port/],
  ['smtp://mail.example.org?tls=no', /more than host and port/],
  ['smtp://mail example.org', /malformed/],
  ['smtp://mail.example.org%0d%0aQUIT', /malformed/],
  ['', /SMTP_URL is empty/],
])('%s is refused', (SMTP_URL, message) => {
  expect(faultsOf({ SMTP_URL })).toEqual([expect.stringMatching(message)])
})

test('a user needs a password or a token, but not both', () => {
  const user = { SMTP_USER: 'news' }
  expect(faultsOf({ ...user, SMTP_PASSWORD: 'x' })).toEqual([])
  expect(faultsOf({ ...user, SMTP_ACCESS_TOKEN: 'x' })).toEqual([])
  expect(faultsOf(user)).toEqual([expect.stringMatching(/^SMTP_PASSWORD is missing/)])
  expect(faultsOf({ SMTP_PASSWORD: 'x' })).toEqual([expect.stringMatching(/^SMTP_USER is missing/)])
  expect(faultsOf({ ...user, SMTP_PASSWORD: 'x', SMTP_ACCESS_TOKEN: 'y' })).toEqual([
    expect.stringMatching(/^SMTP_ACCESS_TOKEN and SMTP_PASSWORD are both set/),
  ])
})

test('the number of connections is limited by the platform', () => {
  expect(faultsOf({ SMTP_CONNECTIONS: '6' })).toEqual([])
  for (const SMTP_CONNECTIONS of ['0', '7', '1.5', 'many']) expect(faultsOf({ SMTP_CONNECTIONS })).toHaveLength(1)
})

test('only a server on this machine is captive', async () => {
  const captive = (SMTP_URL: string) => {
    const configured = driver.configure({ SMTP_URL })
    // the driver is made but never used
    return 'make' in configured && configured.make({} as Parameters<typeof configured.make>[0], 'bulk').captive
  }
  expect(captive('smtp://localhost:1025')).toBe(true)
  expect(captive('smtps://127.0.0.1')).toBe(true)
  expect(captive('smtp://localhost.example.org')).toBe(false)
})
