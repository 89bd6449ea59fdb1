import { campaignActionsOf, mailboxQueueOf } from '../../../../src/objects.ts'
import 'mjml' // loaded before fifty objects need it at once: the test runner would load it in the context of one of them
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { openParts } from '../../../../src/actions/action-parts.ts'
import { sealConfirmedDraft } from '../../../../src/actions/drafts/draft.ts'
import { LetterRows } from '../../../../src/actions/letters/letter-rows.ts'
import type { Letters } from '../../../../src/actions/letters/letters.ts'
import type { ObjectContext } from '../../../../src/actions/object-context.ts'
import { retentionOf } from '../../../../src/actions/retention.ts'
import { RevisionState } from '../../../../src/actions/revision-state.ts'
import { sealConsent } from '../../../../src/actions/writers/consent.ts'
import { WriterState } from '../../../../src/actions/writers/writer-state.ts'
import type { Campaign } from '../../../../src/campaigns/campaign.ts'
import * as batch from '../../../../src/delivery/batch.ts'
import { Ledger } from '../../../../src/delivery/ledger.ts'
import type { TransactionalMail } from '../../../../src/mailbox/transactional-mail.ts'
import { ferry, wordsOf } from '../../../support/campaign.ts'
import { lettersOf } from '../../../support/letters.ts'
import { openCampaign } from '../../../support/open-databases.ts'
import { Organiser } from '../../../support/organiser.ts'
import { testSettings } from '../../../support/supporter-world.ts'
import { bindings } from '../../../support/visitor.ts'

// Fifty mailboxes compile at once. Vitest would load MJML for the first of them, and the others may not await its promise.
await import('mjml')

const organiser = new Organiser()
const settings = await testSettings()
const DAY_MS = 86_400_000
const FILES = {
  'campaign.yaml': 'slug: quay\nstatus: open\nopened: 2026-03-01\ncountry: NO\ntopics: [transport]\n',
  'en.md':
    '---\ntitle: Quay\nsummary: They stand outside.\nsubjects: { appeal: Quay }\n---\n\n## Appeal\n\nCome.\n\n## Update 2026-11-29 Back\n\nTwenty.\n',
}
const UPDATE = { kind: 'update', updateId: 'gate', onTheList: 'tell' } as const
const END = { kind: 'end' } as const

type World = {
  campaign: Campaign
  letters: Letters
  /** Stores a mail to a target with a letter of this writer. `become` sets its state. */
  sent(writer: string, become: (head: batch.BatchHeader) => batch.BatchHeader, addressee?: string): Promise<void>
  writers: WriterState
  /** Stores a writer, whose letters have all ended unless `ended` is false. `kept` replaces the sealed draft. */
  wrote(writer: string, choices: { kept?: string | null; news?: boolean; ended?: boolean }): Promise<void>
  /** Runs the work of an alarm so many times. Returns when to go on. */
  looks(times: number, of?: Campaign, still?: number | null): Promise<number | null>
}

let objects = 0

/** Runs a test with the letters of a campaign, in an object of its own. */
function writing<T>(of: Partial<Campaign>, decide: (world: World) => Promise<T>, env = bindings): Promise<T> {
  const campaign: Campaign = { ...ferry, slug: `told-${++objects}`, events: [], ...of }
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(campaign.slug), async (_, ctx) => {
    const db = openCampaign(ctx)
    const shell: ObjectContext = {
      env,
      db,
      slug: () => campaign.slug,
      begin: async () => {},
      wakeBy: async () => {},
      changes: () => 0,
    }
    const letters = lettersOf(shell)
    const writers = new WriterState(db)
    const emailOf = (writer: string) => `${writer}@${campaign.slug}.example.org`
    const world: World = {
      campaign,
      letters,
      async sent(writer, become, addressee = 'director') {
        const ledger = new Ledger(db)
        const id = ledger.nextId()
        const people = [await fingerprintOf(writer)]
        ledger.insert({
          head: become(batch.newBatchHeader(id, addressee, 1)),
          people,
          recipients: new Uint8Array(),
        })
        const row = {
          addressee,
          address: 0,
          recipient: 'r',
          draft: 'd',
          batch: id,
          position: 0,
          confirmedAt: 0,
          date: 0,
        }
        const who = { writer: people[0] ?? '', fingerprint: people[0] ?? '', revision: campaign.revision }
        new LetterRows(db).insert({ ...row, ...who }, null)
        new RevisionState(db).store(campaign)
        world.letters = lettersOf(shell) // after a restart
      },
      writers,
      async wrote(writer, { kept, news = false, ended = true }) {
        const draft = crypto.randomUUID()
        const email = emailOf(writer)
        const typed = {
          locale: 'en',
          email,
          name: writer,
          sentence: 'I write.',
          shown: false,
          updates: news,
          letters: '',
        }
        writers.add(
          {
            writer: await fingerprintOf(writer),
            fingerprint: await fingerprintOf(writer),
            draft,
            confirmedDraft:
              kept === undefined
                ? await sealConfirmedDraft(settings.keys, campaign.slug, draft, typed)
                : (kept as string),
            consent: news
              ? await sealConsent(settings.keys, campaign.slug, draft, { news: { email, locale: 'en' } })
              : null,
            country: '',
          },
          Date.now() - 1_000,
        )
        if (ended) writers.markEnded(await fingerprintOf(writer))
      },
      async looks(times, now = campaign, still = null) {
        let next: number | null = null
        for (let look = 0; look < times; look++) {
          const { retention } = retentionOf(now, still, Date.now())
          const tick = { now: Date.now(), settings, campaign: now, retention }
          await openParts(shell).delivery.work(tick)
          next = await world.letters.work(tick)
        }
        return next
      },
    }
    return decide(world)
  })
}

/** Fingerprints in the order of the names, so that a test knows which writer comes first. */
const fingerprintOf = async (name: string) => Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32)

/** Keys of the mails that a mailbox queue holds. A queue without mail has no table. */
const posted = async (name: string): Promise<string[]> =>
  runInDurableObject(mailboxQueueOf(bindings, await fingerprintOf(name)), (_, { storage }) => {
    if (storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'recent_act'").toArray().length === 0) return []
    const marks = storage.sql.exec<{ name: string }>('SELECT name FROM recent_act').toArray()
    return marks.map(({ name: key }) => key)
  })

test('receipts that cannot be made do not delay the others', () =>
  writing({}, async ({ wrote, looks, campaign }) => {
    for (let n = 10; n < 55; n++) await wrote(`a${n}-${campaign.slug}`, { kept: 'no key opens this' })
    await wrote(`b-${campaign.slug}`, {})
    const next = await looks(2)
    expect(await posted(`b-${campaign.slug}`)).toHaveLength(1)
    expect((next ?? 0) - Date.now()).toBeLessThan(DAY_MS / 2) // the failed ones are tried again within a day
  }))

test('at the end of retention the outstanding receipts are sent before their drafts are deleted', () =>
  writing({ status: 'draft' }, async ({ wrote, looks, campaign, writers }) => {
    for (let n = 10; n < 60; n++) await wrote(`c${n}-${campaign.slug}`, {})
    await looks(3, campaign, Date.now() - 31 * DAY_MS)
    expect(await posted(`c59-${campaign.slug}`)).toHaveLength(1)
    expect(writers.listDueReceipts('', 100)).toEqual([])
  }))

test('a writer with an uncertain letter gets a receipt that says so before the draft is deleted', () =>
  writing({ status: 'closed' }, async ({ wrote, sent, looks, campaign }) => {
    const name = `h-${campaign.slug}`
    await wrote(name, { ended: false })
    await sent(name, (head) => batch.giveUp(head, 'cut'))
    await looks(2)
    expect(await posted(name)).toEqual([])
    await looks(1, campaign, Date.now() - 31 * DAY_MS)
    expect(await posted(name)).toEqual([expect.stringContaining('receipt')])
  }))

test('a writer who is erased during the confirmation leaves no personal data', () =>
  writing({}, async ({ wrote, sent, looks, campaign, writers }) => {
    const name = `i-${campaign.slug}`
    await wrote(name, { news: true })
    await sent(name, (head) => batch.exclude(head, [0], 'suppressed'))
    await looks(1)
    expect(await posted(name)).toEqual([])
    expect(writers.listConsenting('', 10)).toEqual([])
  }))

test('the expiry of a campaign is sent although an older update waits that may no longer be sent', () =>
  writing({}, async ({ wrote, looks, campaign, letters }) => {
    await wrote(`d-${campaign.slug}`, { news: true })
    await letters.startUpdate(campaign, UPDATE)
    const expired = { ...campaign, doNotUseAfter: '2026-11-02' }
    await letters.startUpdate(expired, END)
    await looks(3, expired)
    expect((await posted(`d-${campaign.slug}`)).filter((key) => key.includes('news'))).toEqual([
      expect.stringContaining('end/expired'),
    ])
  }))

test('an update that is removed while it is sent stops, and does not keep data from being deleted', () =>
  writing({}, async ({ wrote, looks, campaign, letters, writers }) => {
    await wrote(`e-${campaign.slug}`, { news: true })
    await letters.startUpdate(campaign, UPDATE)
    const words = Object.fromEntries(Object.entries(campaign.words).map(([l, w]) => [l, { ...w, updates: [] }]))
    const without = { ...campaign, words }
    expect(await looks(3, without)).not.toBeNull()
    expect(await letters.startUpdate(campaign, UPDATE)).toMatchObject({ told: 0, done: true })
    await looks(1, { ...without, status: 'closed' }, Date.now() - 31 * DAY_MS)
    expect(writers.listConsenting('', 10)).toEqual([])
  }))

test('the victory of a campaign that is open again is not sent', () =>
  writing({}, async ({ wrote, looks, campaign, letters }) => {
    await wrote(`f-${campaign.slug}`, { news: true })
    await letters.startUpdate({ ...campaign, status: 'won' }, END)
    await looks(2)
    expect((await posted(`f-${campaign.slug}`)).filter((key) => key.includes('news'))).toEqual([])
    await looks(2, { ...campaign, status: 'won' })
    expect((await posted(`f-${campaign.slug}`)).filter((key) => key.includes('news'))).toHaveLength(1)
  }))

const replacing = <T extends object>(inner: T, name: keyof T, member: unknown): T =>
  new Proxy(inner, { get: (target, key) => (key === name ? member : Reflect.get(target, key)) })

test('of all writers of a campaign that is won, only those whose letter arrived read that it helped', async () => {
  const mails: TransactionalMail[] = []
  const enqueue = async (mail: TransactionalMail) => mails.push(mail)
  const env = { ...bindings, MAILBOX_QUEUE: replacing(bindings.MAILBOX_QUEUE, 'getByName', () => ({ enqueue })) }
  const ends: Record<string, (head: batch.BatchHeader) => batch.BatchHeader> = {
    arrived: (head) => ({ ...head, state: 'settled', statuses: head.statuses.set([0], 'accepted') }),
    refused: (head) => batch.exclude(head, [0], 'refused'),
    cancelled: batch.cancel,
    uncertain: (head) => batch.giveUp(head, 'cut'),
    waiting: (head) => head,
  }
  await writing(
    { status: 'won' },
    async (world) => {
      for (const [name, end] of Object.entries(ends)) {
        await world.wrote(name, { news: true, ended: false })
        await world.sent(name, end)
        if (name !== 'arrived') await world.sent(name, ends.arrived ?? batch.cancel, 'copies:desk') // a copy is no letter
      }
      await world.letters.startUpdate(world.campaign, END)
      await world.looks(2)
      const [told] = world.letters.told()
      expect(told).toMatchObject({ about: 'end/won', told: 5, done: true })
    },
    env,
  )
  const thanked = (mail: TransactionalMail) => String(mail.values.outcome).includes('your letter helped')
  const news = mails.filter(({ email }) => email === 'news')
  expect(news.map(({ updateId }) => updateId)).toEqual(Array(5).fill('gate')) // its text says what was won
  expect(news.filter(thanked).map(({ to }) => to.address.split('@')[0])).toEqual(['arrived'])
})

test('a writer who withdraws consent while an update is sent does not get it', async () => {
  let takenBack = async () => {}
  const departures = async () => {
    await takenBack()
    return []
  }
  const suppression = replacing(bindings.SUPPRESSION.getByName('suppression'), 'recordsOf', departures)
  const env = { ...bindings, SUPPRESSION: replacing(bindings.SUPPRESSION, 'getByName', () => suppression) }
  await writing(
    {},
    async ({ wrote, looks, campaign, letters }) => {
      const name = `g-${campaign.slug}`
      await wrote(name, { news: true })
      takenBack = async () => letters.stopUpdates(await fingerprintOf(name))
      await letters.startUpdate(campaign, UPDATE)
      await looks(2)
      expect((await posted(name)).filter((key) => key.includes('news'))).toEqual([])
    },
    env,
  )
})

test('a campaign without actions has no signatures, and its writer updates go to no one', async () => {
  const untouched = campaignActionsOf(bindings, ferry.slug)
  expect(await untouched.listSignatures()).toEqual({ signatures: [], unreadable: 0 })
  expect(await untouched.resolve([{ id: 1, generation: 1 }], 'send-again')).toEqual([])
  await runDurableObjectAlarm(untouched)
  await organiser.ask('PUT', '/api/campaigns/quay', { files: FILES })
  for (const done of [false, true]) {
    const answer = await organiser.ask('POST', '/api/actions/quay/tell', { about: 'update', updateId: '2026-11-29' })
    expect(answer.json).toMatchObject({ told: 0, done })
    for (let looks = 0; looks < 3; looks++) await runDurableObjectAlarm(campaignActionsOf(bindings, 'quay'))
  }
})

test('an update that exists in one language other than English is sent in that language', async () => {
  const words = { en: { ...wordsOf('en'), updates: [] }, ru: wordsOf('ru') }
  const result = await writing({ words }, async ({ campaign, letters, wrote, looks }) => {
    await wrote('anna', { news: true })
    const begun = await letters.startUpdate(campaign, UPDATE)
    await looks(2)
    return { begun: begun.kind, after: await letters.startUpdate(campaign, UPDATE) }
  })
  expect(result).toMatchObject({ begun: 'telling', after: { told: 1, done: true } })
})
