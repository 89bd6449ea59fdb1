import { runInDurableObject } from 'cloudflare:test'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { sealConfirmedDraft } from '../../../../src/actions/drafts/draft.ts'
import type { Letters } from '../../../../src/actions/letters/letters.ts'
import type { ObjectContext } from '../../../../src/actions/object-context.ts'
import { retentionOf } from '../../../../src/actions/retention.ts'
import { sealConsent } from '../../../../src/actions/writers/consent.ts'
import { WriterState } from '../../../../src/actions/writers/writer-state.ts'
import type { Campaign } from '../../../../src/campaigns/campaign.ts'
import { ferry } from '../../../support/campaign.ts'
import { CountingQueues, type Fate } from '../../../support/counting-queues.ts'
import { lettersOf } from '../../../support/letters.ts'
import { openCampaign } from '../../../support/open-databases.ts'
import { testSettings } from '../../../support/supporter-world.ts'
import { bindings } from '../../../support/visitor.ts'

const settings = await testSettings()
const HOUR_MS = 3_600_000

const nameOf = (n: number) => n.toString(16).padStart(32, '0')

type TellWorld = { writers: WriterState; slug: string; letters(): Letters; look(hours: number): Promise<void> }

type Plan = { people: number; lostDrafts: number[]; lostConsents: number[]; fates: Fate[]; gaps: number[] }

let objects = 0

/** Stores writers whose letters have ended and who want news, damages rows, and lets the alarm work until nothing is left. */
function tellAll<T>({ people, lostDrafts, lostConsents, fates, gaps }: Plan, then?: (world: TellWorld) => Promise<T>) {
  const slug = `loops-${++objects}`
  const campaign: Campaign = { ...ferry, slug, events: [] }
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(slug), async (_, ctx) => {
    const queues = Object.assign(new CountingQueues(), { fates: [...fates] })
    const env = Object.assign(
      { ...bindings },
      {
        MAILBOX_QUEUE: queues.namespace,
        SUPPRESSION: { getByName: () => ({ recordsOf: async () => [] }) },
      },
    ) as Env
    const db = openCampaign(ctx)
    const writers = new WriterState(db)
    for (let n = 0; n < people; n++) await addWriter(writers, slug, n, lostDrafts.includes(n), lostConsents.includes(n))
    const context: ObjectContext = {
      env,
      db,
      slug: () => slug,
      begin: async () => {},
      wakeBy: async () => {},
      changes: () => 0,
    }
    let letters = lettersOf(context)
    await letters.startUpdate(campaign, { kind: 'update', updateId: 'gate', onTheList: 'tell' })
    const look = async (hours: number) => {
      queues.now += hours * HOUR_MS
      const tick = { now: queues.now, settings, campaign, ...retentionOf(campaign, null, Date.now()) }
      const crash = queues.nextCrash().then(() => 'crashed' as const)
      if ((await Promise.race([letters.work(tick).catch(() => 'failed'), crash])) === 'crashed')
        letters = lettersOf(context)
    }
    for (const hours of gaps) await look(hours)
    for (let looks = 0; looks < 6; looks++) await look(0.5)
    const extra = await then?.({ writers, slug, look, letters: () => letters })
    const told = [...Array(people).keys()].map((n) => ({
      receipt: sum(queues.sent, `${nameOf(n)} receipt/`),
      news: sum(queues.sent, `${nameOf(n)} news/`),
    }))
    return { told, skips: letters.skips(), update: await letters.startUpdate(campaign, UPDATE), extra }
  })
}
const UPDATE = { kind: 'update', updateId: 'gate', onTheList: 'tell' } as const

const sum = (sent: ReadonlyMap<string, number>, prefix: string): number =>
  [...sent].reduce((all, [name, times]) => (name.startsWith(prefix) ? all + times : all), 0)

async function addWriter(writers: WriterState, slug: string, n: number, lostDraft: boolean, lostConsent: boolean) {
  const [draft, writer, email] = [`draft-${n}`, nameOf(n), `writer-${n}@example.org`]
  const typed = { locale: 'en', email, name: 'A writer', sentence: '', shown: true, updates: true, letters: '' }
  const consent = { shown: { name: `Writer ${n}` }, news: { email, locale: 'en' } }
  writers.add(
    {
      writer,
      fingerprint: writer,
      draft,
      confirmedDraft: lostDraft ? 'no key opens this' : await sealConfirmedDraft(settings.keys, slug, draft, typed),
      consent: lostConsent ? 'nor this' : await sealConsent(settings.keys, slug, draft, consent),
      country: '',
    },
    Date.now() - 1_000,
  )
  writers.markEnded(writer)
}

const plans = fc.integer({ min: 1, max: 60 }).chain((people) => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: people - 1 }), { maxLength: 8 })
  const fate = fc.constantFrom<Fate>('take', 'full', 'silent', 'cut', 'crash', 'cut-and-crash')
  return fc.record({
    people: fc.constant(people),
    lostDrafts: some,
    lostConsents: some,
    fates: fc.array(fate, { maxLength: 60 }),
    gaps: fc.array(fc.integer({ min: 0, max: 18 }), { minLength: 9, maxLength: 9 }), // a week in all, at most
  })
})

test('whatever rows are damaged, calls fail and restarts come, each readable writer is told exactly once', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      // At most eight crashes: each ends a look, and the looks must be enough.
      let crashes = 0
      const fates = plan.fates.filter((fate) => !fate.includes('crash') || ++crashes <= 8)
      const { told, skips, update } = await tellAll({ ...plan, fates, gaps: [...plan.gaps, ...Array(16).fill(0.5)] })
      expect(told).toEqual(
        told.map((_, n) => ({
          receipt: plan.lostDrafts.includes(n) ? 0 : 1,
          news: plan.lostConsents.includes(n) ? 0 : 1,
        })),
      )
      expect(update).toMatchObject({
        told: plan.people - plan.lostConsents.length,
        done: true,
        postponed: 0,
        unreadable: plan.lostConsents.length,
        givenUp: 0,
      })
      expect(skips.receipt?.unreadable ?? 0).toBe(plan.lostDrafts.length)
    }),
    { numRuns: 25 },
  )
})

const quiet = { lostDrafts: [], lostConsents: [], fates: [], gaps: [] }

test('a writer whose key is back in the keyring is told then, and nobody else a second time', async () => {
  const plan: Plan = { ...quiet, people: 5, lostDrafts: [1], lostConsents: [1, 3] }
  const after = await tellAll(plan, async ({ writers, slug, look }) => {
    for (const n of [1, 3]) {
      const consent = { news: { email: `writer-${n}@example.org`, locale: 'en' } }
      writers.updateConsent(nameOf(n), await sealConsent(settings.keys, slug, `draft-${n}`, consent))
    }
    for (let looks = 0; looks < 4; looks++) await look(12)
  })
  expect(after.told.map(({ news }) => news)).toEqual([1, 1, 1, 1, 1])
  expect(after.told.map(({ receipt }) => receipt)).toEqual([1, 0, 1, 1, 1])
  expect(after.update).toMatchObject({ told: 5, done: true, unreadable: 0 })
})

test('a writer whose mailbox has not answered for a week is given up, because they may have been told', async () => {
  const answered = await tellAll({ ...quiet, people: 3, fates: ['cut'], gaps: [0, 24 * 8, 1] })
  expect(answered.told.map(({ receipt }) => receipt)).toEqual([1, 1, 1])
  expect(answered.skips.receipt).toEqual({ postponed: 0, unreadable: 0, givenUp: 1 })
})

test('signatures that open are listed, the others counted, and a stop link works for a row that does not open', async () => {
  const seen = await tellAll({ ...quiet, people: 7, lostConsents: [0, 4, 6] }, async ({ letters, writers }) => {
    const listed = await letters().listSignatures()
    await letters().stopUpdates(nameOf(4))
    return { listed, left: writers.listConsents(nameOf(4)) }
  })
  expect(seen.extra?.listed.signatures.map(({ name }) => name)).toEqual([
    'Writer 1',
    'Writer 2',
    'Writer 3',
    'Writer 5',
  ])
  expect(seen.extra?.listed.unreadable).toBe(3)
  expect(seen.extra?.left).toEqual([])
})
