import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { countSupporters } from '../../src/supporter-list/count-supporters.ts'
import { readCurrentPage } from '../../src/supporter-list/recent-changes.ts'
import { confirm } from '../../src/supporters/confirmation.ts'
import { currentRecord } from '../../src/supporters/current-record.ts'
import { changePreferences } from '../../src/supporters/own-data/preferences.ts'
import { eraseSupporter, unsubscribeSupporter } from '../../src/supporters/unsubscribe.ts'
import { addressOf, supporterWorld, type World } from '../support/supporter-world.ts'

const START = Date.UTC(2026, 10, 22, 12)
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const STALE_MS = 10 * MINUTE_MS
const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['Date'] })
  vi.spyOn(console, 'warn').mockReturnValue()
  return () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  }
})

/** What KV refuses. `answers`: it stores what it gets, and the answer is lost. */
type Refusal = 'writes' | 'answers' | 'everything' | 'nothing'
/** What happens to the list. `who` is one of four people; `seconds` pass before. */
type Step =
  | { kind: 'sign-up' | 'change' | 'leave' | 'leave-by-page' | 'erase'; who: number; seconds: number; locale: string }
  | { kind: 'refuse'; what: Refusal; seconds: number }
  | { kind: 'crash'; seconds: number }

const seconds = fc.oneof(
  fc.constantFrom(0, 0, 1, 2),
  fc.integer({ min: 0, max: 1_500 }),
  fc.integer({ min: 0, max: 20_000 }),
)
const who = fc.integer({ min: 0, max: 3 })
const act = fc.record({
  kind: fc.constantFrom('sign-up', 'sign-up', 'change', 'leave', 'leave-by-page', 'erase'),
  who,
  seconds,
  locale: fc.constantFrom(...LOCALES),
})
const refusal = fc.record({
  kind: fc.constant('refuse' as const),
  what: fc.constantFrom<Refusal>('writes', 'answers', 'everything', 'nothing', 'nothing'),
  seconds,
})
const crash = fc.record({ kind: fc.constant('crash' as const), seconds })
const steps = fc.array(fc.oneof({ weight: 6, arbitrary: act }, { weight: 2, arbitrary: refusal }, crash), {
  minLength: 1,
  maxLength: 25,
}) as fc.Arbitrary<Step[]>

/** The people who are on the list, with the language that they last chose. */
class ListModel {
  readonly members = new Map<number, string>()
  readonly goodbyes = new Map<number, number>()
  /** KV can be read, and so can what it holds. */
  isReadable = true

  leave(who: number, goodbye: boolean): void {
    if (this.members.delete(who) && goodbye) this.goodbyes.set(who, (this.goodbyes.get(who) ?? 0) + 1)
  }
}

const emailOf = (who: number) => `person${who}@example.org`

/** The clock passes, and the alarm runs whenever it is due. */
async function pass(world: World, ms: number): Promise<void> {
  const end = Date.now() + ms
  for (let turn = 0; Date.now() < end && turn < 400; turn++) {
    await world.suppression.alarm()
    const next = world.suppression.nextAlarm()
    vi.setSystemTime(Math.min(end, Math.max(Date.now() + 1, next ?? end)))
  }
  vi.setSystemTime(end)
  await world.suppression.alarm()
}

async function planned(world: World, prefix: string): Promise<Map<string, string>> {
  const people = new Map<string, string>()
  const recent = (after: string, upTo: string) => world.suppression.recentChanges(after, upTo)
  let cursor: string | undefined
  let after: string | undefined
  for (;;) {
    const page = await readCurrentPage(world.harsh.namespace, world.settings, recent, prefix, cursor, after)
    for (const { email, locales } of page.people) {
      expect(people.has(email)).toBe(false) // planned once
      people.set(email, locales[0] ?? '')
    }
    cursor = page.cursor
    after = page.lastKey ?? after
    if (page.done) return people
  }
}

async function take(world: World, model: ListModel, step: Step): Promise<void> {
  await pass(world, step.seconds * SECOND_MS)
  world.harsh.beginInvocation()
  if (step.kind === 'crash') return world.suppression.crash()
  if (step.kind === 'refuse') {
    const { what } = step
    model.isReadable = what !== 'everything'
    world.harsh.losesAnswers = what === 'answers'
    world.harsh.refusal = (verb) =>
      what === 'everything' || (what === 'writes' && (verb === 'PUT' || verb === 'DELETE'))
    return
  }
  const { who, locale } = step
  const fingerprint = await world.fingerprint(emailOf(who))
  if (step.kind === 'sign-up') {
    vi.setSystemTime(Date.now() + 1) // a sign-up is later than the departure before it
    const pending = { email: addressOf(emailOf(who)), locales: [locale], topics: [], wording: 'v1', via: 'page' }
    expect((await confirm(world.deps(), { pending, askedAt: Date.now() })).kind).toBe('confirmed')
    model.members.set(who, locale)
  } else if (step.kind === 'change') {
    const change = await changePreferences(world.deps(), fingerprint, { locales: locale }).catch(() => null)
    if (change === null)
      expect(model.isReadable).toBe(false) // nothing can be shown or changed that cannot be read
    else expect(change.kind).toBe(model.members.has(who) ? 'shown' : 'gone')
    if (change?.kind === 'shown') model.members.set(who, locale)
  } else if (step.kind === 'erase') {
    await eraseSupporter(world.deps(), { fingerprint, mailbox: '' })
    model.leave(who, false)
  } else {
    const byPage = step.kind === 'leave-by-page'
    await unsubscribeSupporter(world.deps(), { fingerprint, locale }, byPage ? 'page' : 'one-click')
    model.leave(who, byPage)
  }
}

const expectedOf = (model: ListModel) =>
  Object.fromEntries([...model.members].map(([who, locale]) => [emailOf(who), locale]).sort())

test('planning finds exactly the people who are on the list, whatever KV refuses and however stale it is', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom('supporter/', 'by digits'), async (some, prefixes) => {
      vi.setSystemTime(START)
      const world = await supporterWorld(STALE_MS)
      const model = new ListModel()
      for (const step of some) {
        await take(world, model, step)
        if (!model.isReadable) continue
        world.harsh.beginInvocation()
        const lanes =
          prefixes === 'supporter/' ? ['supporter/'] : [...'0123456789abcdef'].map((one) => `supporter/${one}`)
        const found = await Promise.all(lanes.map((prefix) => planned(world, prefix)))
        expect(Object.fromEntries(found.flatMap((lane) => [...lane]).sort())).toEqual(expectedOf(model))
        const recent = (after: string, upTo: string) => world.suppression.recentChanges(after, upTo)
        const counted = await countSupporters(world.harsh.namespace, 10, recent)
        expect(counted).toEqual({ people: model.members.size, complete: true })
        for (const who of [0, 1, 2, 3]) {
          const fingerprint = await world.fingerprint(emailOf(who))
          const record = await currentRecord(world.deps(), fingerprint, await world.suppression.status(fingerprint))
          expect(record?.locales[0]).toBe(model.members.get(who))
        }
      }
      // KV recovers: it gets exactly these records, and nothing waits any more.
      world.harsh.refusal = () => false
      world.harsh.losesAnswers = false
      await pass(world, 3 * HOUR_MS)
      const stored = [...world.kv.entries.keys()].filter((key) => key.startsWith('supporter/')).sort()
      const members = await Promise.all([...model.members.keys()].map((who) => world.fingerprint(emailOf(who))))
      expect(stored).toEqual(members.map((fingerprint) => `supporter/${fingerprint}`).sort())
      expect(Object.fromEntries([...(await planned(world, 'supporter/'))].sort())).toEqual(expectedOf(model))
      expect(world.suppression.store.changes.nextAt()).toBeNull()
      for (const who of [0, 1, 2, 3]) {
        const sent = world.post.of('goodbye').filter(({ to }) => to.address === emailOf(who)).length
        expect(sent).toBeLessThanOrEqual(model.goodbyes.get(who) ?? 0) // none for who came back first
      }
    }),
    { numRuns: 60 },
  )
})
