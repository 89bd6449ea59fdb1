import { reset } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { TransactionalMail } from '../../../src/mailbox/transactional-mail.ts'
import { isUnwanted } from '../../../src/mailbox/unwanted-mail.ts'
import { suppressionOf } from '../../../src/objects.ts'
import { mailboxOf } from '../../../src/security/address.ts'
import { sealRecord, supporterStore } from '../../../src/supporter-list/store.ts'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'
import { agedStamp, bindings, linkIn, mailTo, Visitor } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })
afterEach(reset)

const settings = await testSettings()
const HOUR_MS = 3_600_000
const anna = addressOf('anna+news@example.org')
const fingerprint = await settings.fingerprint(anna)
const mailbox = await settings.fingerprint(mailboxOf(anna))
const consent = { wording: 'v1', at: Date.now() - 2 * HOUR_MS, via: 'page' }
const supporter: Supporter = { email: anna, locales: ['en'], topics: [], since: Date.now() - HOUR_MS, consent }

const links: TransactionalMail = {
  ...{ key: 'my-data/1', email: 'my-data', locale: 'en', to: { address: anna } },
  values: {
    preferences: 'https://act.example.org/p',
    export: 'https://act.example.org/x',
    erase: 'https://act.example.org/e',
  },
}
const isDropped = () => isUnwanted(bindings, settings, links, Date.now() + 1_000)
const suppress = (reason: 'unsubscribed' | 'erased' | 'bounced' | 'complained') =>
  suppressionOf(bindings).suppress(fingerprint, reason, Date.now())

test('links to the data of a person of whom nothing is stored do not leave', async () => {
  expect(await isDropped()).toBe(true)
  const asked = { ...links, email: 'confirm' as const }
  expect(await isUnwanted(bindings, settings, asked, Date.now())).toBe(false)
})

test.each<[string, () => Promise<unknown>]>([
  ['is on the list', () => supporterStore(bindings.SUPPORTERS, settings).put(fingerprint, supporter)],
  [
    'was admitted before KV shows it',
    async () => {
      const record = { sealed: await sealRecord(settings, fingerprint, supporter), isSinceOpen: false }
      await suppressionOf(bindings).admit(fingerprint, Date.now(), record)
    },
  ],
  ['has left', () => suppress('unsubscribed')],
  ['was erased', () => suppress('erased')],
  ['has an address that bounced', () => suppress('bounced')],
  ['wants no more confirmations', () => suppressionOf(bindings).stopConfirmations(mailbox, true)],
  [
    'has written a letter',
    async () => {
      const letter = { name: 'Anna', locale: 'en', sentence: 'I bought my bread there for years.', consent: 'shown' }
      const path = '/campaigns/river-street-bakery/letters'
      await new Visitor().send(path, { ...letter, email: anna, stamp: await agedStamp() })
      await new Visitor().send(linkIn(await mailTo(anna, 1), 'confirm'))
    },
  ],
])('links to own data leave to a person who %s, unless they complain', async (_, act) => {
  await act()
  expect(await isDropped()).toBe(false)
  await suppress('complained')
  expect(await isDropped()).toBe(true)
})
