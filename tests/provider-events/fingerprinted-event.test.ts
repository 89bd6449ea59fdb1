import { expect, test } from 'vitest'
import { REMEMBERED_SECONDS } from '../../src/provider-events/event-memory.ts'
import { fingerprintEvent } from '../../src/provider-events/fingerprinted-event.ts'
import type { ProviderReport } from '../../src/provider-events/provider.ts'
import { providers } from '../../src/provider-events/providers.ts'
import { testSettings } from '../support/supporter-world.ts'

const settings = await testSettings()
const NOW = 1_000
const toEvent = async (...given: Parameters<typeof fingerprintEvent>) => (await fingerprintEvent(...given)).event
const report: ProviderReport = {
  id: 'n',
  kind: 'bounced',
  permanent: true,
  suppresses: true,
  email: 'Reader1@Example.org',
  at: 7,
}

test('an event has no address, only a fingerprint that does not depend on the spelling', async () => {
  const event = await toEvent('resend', report, settings, NOW)
  expect(event).toEqual(await toEvent('resend', { ...report, email: ' reader1@example.org ' }, settings, NOW))
  expect(JSON.stringify(event)).not.toMatch(/reader1|example\.org/i)
})

test('the address is read from a mailbox with a name', async () => {
  const named = await toEvent('resend', { ...report, email: '"Reader <x>, One" <reader1@example.org>' }, settings, NOW)
  expect(named).toEqual(await toEvent('resend', report, settings, NOW))
})

test('a time in the future becomes now', async () => {
  expect(await toEvent('ses', { ...report, at: NOW + 1 }, settings, NOW)).toMatchObject({ at: NOW })
})

test('equal event ids of two providers are different events', async () => {
  const [one, other] = await Promise.all(['resend', 'brevo'].map((name) => toEvent(name, report, settings, NOW)))
  expect(one?.id).not.toBe(other?.id)
})

test.each([
  [{ permanent: true, suppresses: true }, 'hard'],
  [{ permanent: false, suppresses: true }, 'soft'],
  [{ permanent: true, suppresses: false }, 'refused'],
  [{ permanent: false, suppresses: false }, 'refused'],
])('a bounce that is %o is %s', async (how, permanence) => {
  expect(await toEvent('ses', { ...report, ...how }, settings, NOW)).toMatchObject({ permanence })
})

test('an invalid address has no effect', async () => {
  expect(await toEvent('ses', { ...report, email: 'MAILER-DAEMON' }, settings, NOW)).toBeNull()
})

test.each(providers.map(({ name, freshSeconds }) => [name, freshSeconds]))(
  '%s: an event is remembered for longer than its signature is fresh, on either side of now',
  (_, freshSeconds) => {
    expect(REMEMBERED_SECONDS).toBeGreaterThan(2 * Number(freshSeconds))
  },
)

test('the id of an ignored request is remembered', async () => {
  const noted = await fingerprintEvent('mailgun', { id: 'token', kind: 'noted' }, settings, NOW)
  expect(noted.event).toBeNull()
  expect(noted.id).toBe((await fingerprintEvent('mailgun', { ...report, id: 'token' }, settings, NOW)).id)
})
