import { expect, test } from 'vitest'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { contactRoles, mayConfirm } from '../../src/mailbox/asked/contact-mailboxes.ts'
import { isLargeMailHost } from '../../src/mailbox/asked/large-mail-hosts.ts'
import { mailboxOf } from '../../src/security/address.ts'
import { registrableDomainOf } from '../../src/security/registrable-domain.ts'
import { ferry } from '../support/campaign.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.parse('2026-11-20')

const contact = (id: string, email: string) => ({ id, name: { en: id }, channels: { email: [email] } })
const campaign = (changed: Partial<Campaign>): Campaign => {
  const [target] = ferry.targets
  if (target === undefined) throw new Error('the campaign has no target')
  return {
    ...ferry,
    status: 'open',
    opened: '2026-11-01',
    targets: [{ ...target, channels: { email: ['Director+press@Harbour.example'] } }],
    copies: [contact('union', 'u.nion@gmail.com')],
    support: [contact('crew', 'crew@example.org')],
    moderators: [{ email: 'reader@example.org', locale: 'en' }],
    ...changed,
  }
}

async function roleOf(email: string, ...campaigns: Campaign[]) {
  const { fingerprint } = await testSettings()
  return (await contactRoles(campaigns, fingerprint, NOW)).get(await fingerprint(mailboxOf(addressOf(email))))
}

test('every mailbox that an open campaign names is found, in each spelling', async () => {
  const open = campaign({})
  expect(await roleOf('director@harbour.example', open)).toBe('addressee')
  expect(await roleOf('DIRECTOR+x@harbour.example', open)).toBe('addressee')
  expect(await roleOf('union+1@googlemail.com', open)).toBe('addressee')
  expect(await roleOf('crew+1@example.org', open)).toBe('helper')
  expect(await roleOf('reader@example.org', open)).toBe('helper')
  expect(await roleOf('anna@example.org', open)).toBeUndefined()
  const both = campaign({ support: [contact('crew', 'director@harbour.example')] })
  expect(await roleOf('director@harbour.example', both)).toBe('addressee')
})

test('a campaign that is over or not begun protects nobody', async () => {
  for (const status of ['draft', 'won', 'closed'] as const)
    expect(await roleOf('director@harbour.example', campaign({ status }))).toBeUndefined()
})

test('an addressee gets one confirmation of a sign-up a month and no other; a helper one of any kind a day', () => {
  for (const email of ['letter', 'voice'] as const) {
    expect(mayConfirm('addressee', email, null, NOW)).toBe(false)
    expect(mayConfirm('helper', email, null, NOW)).toBe(true)
    expect(mayConfirm('helper', email, NOW - DAY + 1, NOW)).toBe(false)
    expect(mayConfirm('helper', email, NOW - DAY, NOW)).toBe(true)
  }
  expect(mayConfirm('addressee', 'confirm', null, NOW)).toBe(true)
  expect(mayConfirm('addressee', 'confirm', NOW - 30 * DAY + 1, NOW)).toBe(false)
  expect(mayConfirm('addressee', 'confirm', NOW - 30 * DAY, NOW)).toBe(true)
})

test('subdomains of one registered domain are one domain, and large mail hosts are known', () => {
  const same = (a: string, b: string) =>
    registrableDomainOf(addressOf(`x@${a}`)) === registrableDomainOf(addressOf(`y@${b}`))
  expect(same('a1.evil.example', 'b2.deep.evil.example')).toBe(true)
  expect(same('mail.firm.co.uk', 'firm.co.uk')).toBe(true)
  expect(same('one.co.uk', 'two.co.uk')).toBe(false)
  expect(same('one.org.kz', 'two.org.kz')).toBe(false)
  expect(same('one.com', 'two.com')).toBe(false)
  for (const host of ['gmail.com', 'mail.ru', 'yandex.kz', 'orange.fr', 'web.de'])
    expect(isLargeMailHost(host)).toBe(true)
  for (const host of ['harbour.example', 'mail.gmail.com', 'ru']) expect(isLargeMailHost(host)).toBe(false)
})
