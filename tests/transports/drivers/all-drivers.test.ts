import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSettings } from '../../../src/env.ts'
import { drivers } from '../../../src/transports/drivers.gen.ts'
import { TEST_SETTINGS } from '../../settings.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const files = readdirSync(join(root, 'src', 'transports', 'drivers')).map((file) => file.replace(/\.ts$/, ''))
const faultsWith = async (settings: object) => (await parseSettings({ ...TEST_SETTINGS, ...settings })).faults

test.each(files)('%s has the name of its file, a page in docs and a test', (name) => {
  expect(drivers.map((driver) => driver.name)).toContain(name)
  expect(existsSync(join(root, 'docs', 'transports', `${name}.md`))).toBe(true)
  const suites = ['tests', 'tests/runtime'].map((at) => join(root, at, 'transports', 'drivers', `${name}.test.ts`))
  expect(suites.some(existsSync)).toBe(true)
})

test('an unknown transport is refused with the list of known ones', async () => {
  const [fault] = await faultsWith({ BULK_TRANSPORT: 'pigeon' })
  for (const name of files) expect(fault?.message).toContain(name)
})

test('missing settings of a transport are reported once, with the setting that names it', async () => {
  expect(await faultsWith({ BULK_TRANSPORT: 'resend', TRANSACTIONAL_TRANSPORT: 'resend' })).toEqual([
    { name: 'RESEND_API_KEY', message: expect.stringMatching(/is missing: .*\(BULK_TRANSPORT is resend\)/) },
  ])
})

test('limits of an account must be numbers, and a domain’s first day must be a date', async () => {
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

test('the failover transport must differ from the bulk transport', async () => {
  const resend = { BULK_TRANSPORT: 'resend', RESEND_API_KEY: 're_x' }
  expect(await faultsWith({ ...resend, BULK_FALLBACK_TRANSPORT: 'outbox' })).toEqual([])
  expect((await faultsWith({ ...resend, BULK_FALLBACK_TRANSPORT: 'resend' })).map(({ name }) => name)).toEqual([
    'BULK_FALLBACK_TRANSPORT',
  ])
})

test('webhook secrets are read per provider', async () => {
  const { settings } = await parseSettings({
    ...TEST_SETTINGS,
    MAILGUN_WEBHOOK_SECRET: ' key ',
    SES_WEBHOOK_SECRET: '',
  })
  expect(settings?.webhookSecrets).toEqual({ mailgun: 'key' })
})
