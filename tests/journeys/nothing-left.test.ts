import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import document from '../../docs/storage.md?raw'
import {
  campaignActionsOf,
  confirmationQueueOf,
  dispatchOf,
  dispatchRegistryOf,
  laneOf,
  mailboxQueueOf,
  noticesOf,
  placesOf,
  publicationOf,
  rendererOf,
  suppressionOf,
} from '../../src/objects.ts'
import { mailboxOf, normaliseAddress } from '../../src/security/address.ts'
import { Organiser, outboxMails } from '../support/organiser.ts'
import { testSettings } from '../support/supporter-world.ts'
import { agedStamp, bindings, linkIn, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const organiser = new Organiser()
const NAMED = [
  'people: [{ id: nadia, naming: named, as: Nadia Rosmarin, role: baker, agreed: { by: herself } }]',
  'moderators: [{ email: moderator@example.org, locale: en }]',
  'support: [{ id: crew, name: Crew, locale: en, channels: { email: [crew@dock.example] } }]',
]
const WITHHELD = ['people: [{ id: nadia, naming: withheld, role: baker }]', ...NAMED.slice(1)]

/** Everything that an object stores, by table and key, as text. Sealed bytes are text without meaning. */
async function contentOf(stub: unknown): Promise<Record<string, string>> {
  return runInDurableObject(stub as DurableObjectStub, (_, { storage }) => {
    const names = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
      )
      .toArray()
    const content: Record<string, string> = {}
    for (const { name } of names) {
      const rows = storage.sql.exec(`SELECT * FROM ${name}`).toArray()
      content[name] = rows
        .map((row) =>
          Object.values(row)
            .map((value) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : String(value)))
            .join(' '),
        )
        .join('\n')
    }
    for (const [key, value] of storage.kv.list()) content[`key ${key}`] = JSON.stringify(value)
    return content
  })
}

async function kvContent(): Promise<Record<string, string>> {
  const content: Record<string, string> = {}
  for (const kv of [bindings.SUPPORTERS, bindings.CONTENT])
    for (const { name, metadata } of (await kv.list()).keys)
      content[name] = `${name} ${JSON.stringify(metadata)} ${await kv.get(name)}`
  return content
}

/** Where any of the texts is stored: `object: table` or `KV: key`. */
async function whereIs(objects: Record<string, unknown>, texts: string[]): Promise<string[]> {
  const places: string[] = []
  const look = (object: string, content: Record<string, string>) => {
    for (const [name, text] of Object.entries(content))
      if (texts.some((one) => text.includes(one))) places.push(`${object}: ${name}`)
  }
  for (const [name, stub] of Object.entries(objects)) look(name, await contentOf(stub))
  look('KV', await kvContent())
  return places.sort()
}

const objectsOf = (slug: string, dispatch: string, mailbox: string) => ({
  publication: publicationOf(bindings),
  registry: dispatchRegistryOf(bindings),
  dispatch: dispatchOf(bindings, dispatch),
  lane: laneOf(bindings, dispatch, 0),
  suppression: suppressionOf(bindings),
  mailbox: mailboxQueueOf(bindings, mailbox),
  confirmations: confirmationQueueOf(bindings),
  campaign: campaignActionsOf(bindings, slug),
  notices: noticesOf(bindings),
  places: placesOf(bindings),
  mail: rendererOf(bindings, 'mail', 'en'),
  print: rendererOf(bindings, 'print', 'en'),
  ...Object.fromEntries(
    [...'0123456789abcdef'].map((digit) => [`inbox ${digit}`, bindings.EVENT_INBOX.getByName(digit)]),
  ),
})

async function printsOf(email: string) {
  const { fingerprint } = await testSettings()
  const read = normaliseAddress(email)
  if (!read.ok) throw new Error('no address')
  return { fingerprint: await fingerprint(read.value), mailbox: await fingerprint(mailboxOf(read.value)) }
}

test('after erasure the fingerprints are only where docs/storage.md keeps them, and neither address nor name is anywhere', async () => {
  const email = 'ida+list@example.org'
  const visitor = new Visitor()
  await visitor.join(email, { name: 'Ida Erased', locales: ['en'] })
  const { campaign, revision } = await organiser.publish('trail', ['en'], NAMED)
  const form = { name: 'Ida Erased', place: 'Farhaven', text: 'I stand with you, all of you.', locale: 'en', email }
  expect((await visitor.send(`/campaigns/${campaign}/messages`, { stamp: await agedStamp(), ...form })).status).toBe(
    303,
  )
  await visitor.send(linkIn(await mailTo(email, 3), 'confirm'))
  const { id } = await organiser.dispatch({ campaign, revision, email: 'appeal' })
  await organiser.finished(id)
  const { fingerprint, mailbox } = await printsOf(email)
  const objects = objectsOf(campaign, id, mailbox)
  expect(await whereIs(objects, [fingerprint])).toContain('campaign: submission')
  const { json } = await organiser.ask('POST', '/api/supporters/erase', { email, reason: 'post' })
  expect(json).toEqual({ status: 'erased' })
  await vi.waitFor(async () => expect(Object.keys(await kvContent()).join()).not.toContain(fingerprint), 10_000)
  expect(await whereIs(objects, [fingerprint, mailbox])).toEqual([
    'lane: batch',
    'suppression: erased',
    'suppression: list_change',
    'suppression: suppressed',
  ])
  expect(await whereIs(objects, ['ida+list', 'Ida Erased'])).toEqual([])
  expect((await outboxMails()).length).toBeGreaterThan(0)
})

test('a name that a publication withdraws is in no stored place afterwards', async () => {
  const { campaign, revision } = await organiser.publish('named', ['en'], NAMED)
  const visitor = new Visitor()
  await visitor.join('olga@example.org', { locales: ['en'] })
  const { id } = await organiser.dispatch({ campaign, revision, email: 'appeal', ratePerMinute: 1 })
  await organiser.until(id, ({ counts }) => counts.planned === 1)
  await visitor.ask(`/en/campaigns/${campaign}`)
  const { mailbox } = await printsOf('olga@example.org')
  const objects = objectsOf(campaign, id, mailbox)
  expect(await whereIs(objects, ['Nadia Rosmarin'])).toContain('publication: published')
  await organiser.publish('named', ['en'], WITHHELD)
  await vi.waitFor(async () => expect(await whereIs(objects, ['Nadia Rosmarin'])).toEqual([]), 10_000)
})

test('every key in KV has a prefix that docs/storage.md names', async () => {
  const { campaign } = await organiser.publish('keys', ['en'], NAMED)
  const visitor = new Visitor()
  const { unsubscribe } = await visitor.join('olga@example.org')
  await visitor.send(`/campaigns/${campaign}/reported`, { how: 'paper' })
  await new Visitor().join('yuri@example.org')
  await visitor.send(unsubscribe)
  const prefixes = [...document.matchAll(/^\| `([a-z]+)(?:\/[^`]*)?`/gm)].map(([, name]) => name)
  await vi.waitFor(async () => expect(Object.keys(await kvContent()).join()).toContain('proof/'), 10_000)
  const keys = Object.keys(await kvContent())
  expect(keys.join()).toContain('supporter/')
  expect(keys.filter((key) => !prefixes.includes(key.split('/')[0]))).toEqual([])
})
