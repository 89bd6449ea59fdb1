import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { campaignActionsOf, suppressionOf } from '../../src/objects.ts'
import { fingerprintOf, Organiser, sleep } from '../support/organiser.ts'
import { faultyOutbox } from '../support/slow-outbox.ts'
import { addressOf } from '../support/supporter-world.ts'
import { agedStamp, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const organiser = new Organiser()
const ANNA = addressOf('anna@example.org')
const YAML = `slug: quay
status: open
opened: 2026-03-01
country: NO
topics: [transport]
targets:
  - id: director
    role: Director
    locale: en
    salutation: Dear Director
    channels: { email: [director@quay.example] }
    ladder: [each]
    caps: { perHour: 360000 }
`
const EN =
  '---\ntitle: Quay\nsummary: They stand outside.\nsubjects: { appeal: Quay }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nOpen it.\n'

const mails = () =>
  runInDurableObject(campaignActionsOf(bindings, 'quay'), (_, { storage }) =>
    storage.sql.exec('SELECT id, state, generation, length(recipients) AS bytes FROM batch').toArray(),
  )
const erase = async () =>
  (await organiser.ask<{ status: string }>('POST', '/api/supporters/erase', { email: ANNA, reason: 'reply' })).json
const lookUp = async () =>
  (await organiser.ask<{ letters: unknown[] }>('POST', '/api/supporters/look-up', { email: ANNA, reason: 'reply' }))
    .json

/** A confirmed letter whose call had no answer. */
async function letterWithoutAnswer(): Promise<void> {
  await organiser.ask('PUT', '/api/campaigns/quay', { files: { 'campaign.yaml': YAML, 'en.md': EN } })
  const form = { name: 'Anna Quayside', sentence: 'My grandfather worked here.', locale: 'en', email: ANNA }
  await new Visitor().send('/campaigns/quay/letters', { ...form, stamp: await agedStamp() })
  const link = linkIn(await mailTo(ANNA, 1), 'confirm')
  faultyOutbox((key) => (key.startsWith('tocsin/letters/') ? 'cut-before' : 'accept'))
  await new Visitor().send(link)
  await vi.waitFor(async () => expect((await mails())[0]).toMatchObject({ state: 'attempted' }), 20_000)
}

const afterwards: Record<string, () => Promise<unknown>> = {
  'they complain': async () => {
    const event = { id: 'e'.repeat(32), kind: 'complained' as const, fingerprint: await fingerprintOf({ email: ANNA }) }
    await suppressionOf(bindings).record([{ ...event, at: Date.now() }], Date.now())
  },
  'they sign up again': async () => suppressionOf(bindings).admit(await fingerprintOf({ email: ANNA }), Date.now() + 5),
  'an organiser wants to send it again': async () => {
    const batches = (await mails()).map(({ id, generation }) => ({ id: Number(id), generation: Number(generation) }))
    expect(await campaignActionsOf(bindings, 'quay').resolve(batches, 'send-again')).toEqual([])
  },
  'nothing happens': async () => undefined,
}

test.each(Object.keys(afterwards))(
  'a letter without an answer is gone with its erased writer, and never leaves when afterwards %s',
  async (name) => {
    await letterWithoutAnswer()
    expect((await lookUp()).letters).toHaveLength(1)
    expect(await erase()).toMatchObject({ status: 'erased' })
    expect(await mails()).toMatchObject([{ state: 'uncertain', bytes: null }])
    expect((await lookUp()).letters).toEqual([])
    vi.restoreAllMocks() // the transport works again
    await afterwards[name]?.()
    await campaignActionsOf(bindings, 'quay').wake()
    await sleep(500)
    expect(await mailsTo('director@quay.example')).toEqual([])
    expect((await organiser.ask('GET', '/api/actions/quay')).json).toMatchObject({ numbers: { accepted: 0 } })
  },
)

test('a letter whose writer complained before the erasure does not leave', async () => {
  await letterWithoutAnswer()
  await suppressionOf(bindings).suppress(await fingerprintOf({ email: ANNA }), 'complained', Date.now())
  expect(await erase()).toMatchObject({ status: 'erased' })
  vi.restoreAllMocks()
  await campaignActionsOf(bindings, 'quay').wake()
  await sleep(500)
  expect(await mails()).toMatchObject([{ state: 'uncertain', bytes: null }])
  expect(await mailsTo('director@quay.example')).toEqual([])
})
