import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { campaignActionsOf, mailboxQueueOf, suppressionOf } from '../../src/objects.ts'
import { mailboxOf, normaliseAddress } from '../../src/security/address.ts'
import { Organiser } from '../support/organiser.ts'
import { testSettings } from '../support/supporter-world.ts'
import { agedStamp, bindings, type CapturedMail, linkIn, mailsTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })

/** A Monday at nine, UTC and Dublin time (epoch ms). No real alarm rings so far ahead. */
const MONDAY = Date.UTC(2030, 11, 2, 9)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

beforeEach(async () => {
  await reset()
  vi.useFakeTimers({ toFake: ['Date'], now: MONDAY })
})
afterEach(() => vi.useRealTimers())

const DEPUTY = 'deputy@state.example'
const OFFICE = 'office@state.example'
const OWNER = 'owner@pier.example'

/** Publishes the campaign with this ladder for the owner, and these addresses as Cc of a deputy. */
const publish = (ladder: string, emails: readonly string[]) =>
  new Organiser().ask('PUT', '/api/campaigns/pier', {
    files: {
      'campaign.yaml': `slug: pier
status: open
opened: 2026-03-01
country: NO
topics: [transport]
targets:
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [${OWNER}] }
    ladder: [${ladder}]
    caps: { perHour: 1 }
    zone: Europe/Dublin
copies:
  - { id: deputy, name: A deputy, locale: en, by: cc, zone: Europe/Dublin, channels: { email: [${emails}] } }
`,
      'en.md':
        '---\ntitle: Take them back\nsummary: They stand outside.\nsubjects: { appeal: Take them back }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease take the crew back.\n',
    },
  })

async function fingerprintOf(email: string, mailbox = false): Promise<string> {
  const { fingerprint } = await testSettings()
  const address = normaliseAddress(email)
  if (!address.ok) throw new Error(email)
  return fingerprint(mailbox ? mailboxOf(address.value) : address.value)
}

async function write(name: string): Promise<void> {
  const email = `${name}@example.org`
  const typed = { name: `Writer ${name}`, sentence: `I know this pier, says ${name}.`, locale: 'en', email }
  await new Visitor().send('/campaigns/pier/letters', { ...typed, stamp: await agedStamp() })
  await runDurableObjectAlarm(mailboxQueueOf(bindings, await fingerprintOf(email, true)))
  const [link] = await mailsTo(email)
  await new Visitor().send(linkIn(link as CapturedMail, 'confirm'))
}

/** Moves the clock to `time` (epoch ms), and runs the object's alarms on the way. */
async function at(time: number): Promise<void> {
  const object = campaignActionsOf(bindings, 'pier')
  for (let looks = 0; looks < 500; looks++) {
    const alarm = await runInDurableObject(object, (_, { storage }) => storage.getAlarm())
    if (alarm === null || alarm > time) break
    vi.setSystemTime(Math.max(alarm, Date.now()))
    await runDurableObjectAlarm(object)
  }
  vi.setSystemTime(time)
}

/** The Cc addresses of each letter to the owner, in order of arrival. */
const inCc = async () => (await mailsTo(OWNER)).map(({ cc }) => cc)
const writePage = async () => (await new Visitor().ask('/en/campaigns/pier/write')).text()

test('addressees listed by cc are in Cc of single letters and get digests as copies, until they stop them', async () => {
  await publish('digest', [DEPUTY, OFFICE])
  expect(await writePage()).toContain('Copies, without your email address, go to A deputy.')
  await write('anna')
  await at(MONDAY + DAY_MS + HOUR_MS)
  expect(await inCc()).toEqual([[]]) // a digest has no Cc
  const [copy, ...more] = await mailsTo(DEPUTY)
  expect(more).toEqual([])
  expect(copy?.subject).toBe('Copy of a letter: Take them back')
  expect(copy?.text).not.toContain('anna@example.org')

  await publish('each', [DEPUTY, OFFICE])
  const page = await writePage()
  expect(page).toContain('A visible copy (Cc), with your email address, goes to A deputy at the same time.')
  expect(page).not.toContain('without your email address, go to')
  for (const name of ['boris', 'carla', 'dora']) await write(name)
  await at(MONDAY + DAY_MS + 1.5 * HOUR_MS)
  const letter = (await mailsTo(OWNER))[1]
  const eml = await (await new Visitor().ask(`/outbox/${letter?.id}.eml`)).arrayBuffer()
  const { from, replyTo, to, cc, text } = await PostalMime.parse(eml)
  expect({ from, replyTo }).toMatchObject({
    from: { name: 'Writer boris via Tocsin tests' },
    replyTo: [{ name: 'Writer boris', address: 'boris@example.org' }],
  })
  expect([to, cc].map((all) => all?.map(({ address }) => address))).toEqual([[OWNER], [DEPUTY, OFFICE]])
  expect(text).toContain('says boris.')
  expect(text).toMatch(/Too many letters, .* Write to\s+campaigns@example\.org\./)
  expect(text).not.toContain('One email a day')

  const stop = /<https?:\/\/[^/]+(\/stop\/[\w-]+)>/.exec(copy?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
  await new Visitor().send(stop, { 'List-Unsubscribe': 'One-Click' })
  await at(MONDAY + DAY_MS + 2.75 * HOUR_MS)
  expect((await inCc()).slice(2)).toEqual([[OFFICE]]) // the letter was frozen with both addresses
  await publish('each', [DEPUTY, 'new@state.example'])
  await at(MONDAY + 5 * DAY_MS)
  expect((await inCc()).slice(3)).toEqual([[]]) // the writer was not told of the new address
  await write('emil')
  await at(MONDAY + 8 * DAY_MS)
  expect((await inCc()).slice(4)).toEqual([['new@state.example']])

  const copies = (await mailsTo('@state.example')).filter(({ subject }) => subject.startsWith('Copy of'))
  expect(copies.map(({ to }) => to).sort()).toEqual([DEPUTY, OFFICE]) // the copies of the first day only
})

test('a bounce from an address in Cc ends the Cc, not the letters', async () => {
  await publish('each', [DEPUTY])
  await write('anna')
  await at(MONDAY + 60_000)
  await suppressionOf(bindings).suppress(await fingerprintOf(DEPUTY), 'bounced', Date.now())
  await write('boris')
  await at(MONDAY + 3 * HOUR_MS)
  expect(await inCc()).toEqual([[DEPUTY], []])
})
