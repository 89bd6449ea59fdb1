import { reset } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { mailboxQueueOf, suppressionOf } from '../../../src/objects.ts'
import { mailboxOf } from '../../../src/security/address.ts'
import { sealRecord } from '../../../src/supporter-list/store.ts'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })
afterEach(reset)

const anna = addressOf('anna+news@example.org')
const consent = { wording: 'v1', at: 1, via: 'page' }
const supporter: Supporter = { email: anna, locales: ['en'], topics: [], since: 1, consent }

/** A supporter whose mailbox has got all mails that strangers can ask for at present. */
async function floodedSupporter() {
  const settings = await testSettings()
  const fingerprint = await settings.fingerprint(anna)
  const sealed = await sealRecord(settings, fingerprint, supporter)
  await suppressionOf(bindings).admit(fingerprint, Date.now() - 60_000, { sealed, isSinceOpen: false })
  const box = mailboxQueueOf(bindings, await settings.fingerprint(mailboxOf(anna)))
  let asked = 0
  const ask = () =>
    box.ask({ key: `my-data/${++asked}`, email: 'my-data', locale: 'en', to: { address: anna }, values: {} })
  for (let n = 0; n < 4; n++) expect(await ask()).toBe('queued')
  expect(await ask()).toBe('refused')
  return { fingerprint, ask }
}

type Leave = (fingerprint: string) => Promise<unknown>
const leave =
  (goodbye?: string): Leave =>
  (fingerprint) =>
    suppressionOf(bindings).suppress(fingerprint, 'unsubscribed', Date.now(), goodbye)
const report =
  (kind: 'unsubscribed' | 'complained'): Leave =>
  (fingerprint) =>
    suppressionOf(bindings).record([{ id: 'event', kind, fingerprint, at: Date.now() }], Date.now())

test.each<[string, Leave]>([
  ['on the page', leave('en')],
  ['by one click', leave()],
  ['at the provider', report('unsubscribed')],
])('a supporter who leaves %s can ask for confirmations again at once', async (_, act) => {
  const { fingerprint, ask } = await floodedSupporter()
  await act(fingerprint)
  await vi.waitFor(async () => expect(await ask()).toBe('queued'), { timeout: 15_000, interval: 200 })
})

test('a complaint brings the mailbox no further mails', async () => {
  const { fingerprint, ask } = await floodedSupporter()
  await report('complained')(fingerprint)
  await vi.waitFor(async () => expect(await bindings.SUPPORTERS.get(`proof/${fingerprint}`)).not.toBeNull(), 15_000)
  expect(await ask()).toBe('refused')
})
