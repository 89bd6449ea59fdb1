import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSettings } from '../../../src/env.ts'
import { drivers } from '../../../src/transports/drivers.gen.ts'
import { TEST_SETTINGS } from '../../settings.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const files = readdirSync(join(root, 'src', 'transports', 'drivers')).map((file) => file.replace(/\.ts$/, ''))
const faultsWith = async (settings: object) => (await parseSettings({ ...TEST_SETTINGS, ...settings })).faults

test.each(files)('%s has the name of its file, a page for people and a test of its own', (name) => {
  expect(drivers.map((driver) => driver.name)).toContain(name)
  expect(existsSync(join(root, 'docs', 'transports', `${name}.md`))).toBe(true)
  const suites = ['tests', 'tests/runtime'].map((at) => join(root, at, 'transports', 'drivers', `${name}.test.ts`))
  expect(suites.some(existsSync)).toBe(true)
})

test('a transport that nobody knows is answered with those there are', async () => {
  const [fault] = await faultsWith({ BULK_TRANSPORT: 'pigeon' })
  for (const name of files) expect(fault?.message).toContain(name)
})

test('what a transport misses is named with the setting that asked for it, once', async () => {
  expect(await faultsWith({ BULK_TRANSPORT: 'resend', TRANSACTIONAL_TRANSPORT: 'resend' })).toEqual([
    { name: 'RESEND_API_KEY', message: expect.stringMatching(/is missing: .*\(BULK_TRANSPORT is resend\)/) },
  ])
})

test('limits of an account are numbers, and the first day of a domain is a day', async () => {
  const faults = await faultsWith({
    BULK_TRANSPORT: 'resend',
    RESEND_API_KEY: 're_x',
    RESEND_CALLS_PER_SECOND: '0',
    RESEND_MAILS_PER_DAY: 'many',
    RESEND_WARM_UP_SINCE: 'last week',
  })
  expect(faults.map(({ name }) => name).sort()).toEqual([
    'RESEND_CALLS_PER_SECOND',
    'RESEND_MAILS_PER_DAY',
    'RESEND_WARM_UP_SINCE',
  ])
})

test('what falls back falls back to another', async () => {
  const resend = { BULK_TRANSPORT: 'resend', RESEND_API_KEY: 're_x' }
  expect(await faultsWith({ ...resend, BULK_FALLBACK_TRANSPORT: 'outbox' })).toEqual([])
  expect((await faultsWith({ ...resend, BULK_FALLBACK_TRANSPORT: 'resend' })).map(({ name }) => name)).toEqual([
    'BULK_FALLBACK_TRANSPORT',
  ])
})

test('secrets of events are read by provider', async () => {
  const { settings } = await parseSettings({
    ...TEST_SETTINGS,
    MAILGUN_WEBHOOK_SECRET: ' key ',
    SES_WEBHOOK_SECRET: '',
  })
  expect(settings?.webhookSecrets).toEqual({ mailgun: 'key' })
})
