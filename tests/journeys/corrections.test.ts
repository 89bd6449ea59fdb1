import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Problem } from '../../scripts/local/organiser.ts'
import { suppressionOf } from '../../src/objects.ts'
import { fingerprintOf, join, Organiser, outboxMails, people, person, received } from '../support/organiser.ts'
import { faultyOutbox, slowOutbox } from '../support/slow-outbox.ts'
import { bindings, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 }) // compiling mails and waiting for alarms takes long on a busy machine

const anna = new Organiser()
const DAY = '2026-12-01'
const CORRECTION = { email: 'correction', updateId: DAY }
const SUBJECT = 'The picket is on Friday'

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const correctionOf = (locale: string): string =>
  `\n\n## Correction ${DAY} ${SUBJECT} (${locale})\n\nNot on Thursday. Everybody who read our mail of this morning, please pass it on.`

/** Publishes a campaign whose picket is on a day, in two languages, with a correction if the day was wrong. */
async function publish(slug: string, day: string, isCorrected = false) {
  const text = `Come on ${day}.`
  if (!isCorrected) return anna.publish(slug, ['en', 'fr'], [], text)
  return anna.publish(slug, ['en', 'fr'], [], `${text}${correctionOf('en')}`)
}

/** The people who got a mail with these words, by address. */
async function whoGot(words: string): Promise<string[]> {
  const mails = await outboxMails()
  return mails.flatMap(({ to, text }) => (text.includes(words) ? [to] : [])).sort()
}

const addresses = (from: number, to: number): string[] =>
  people(from, to)
    .map(({ email }) => String(email))
    .sort()

test('a wrong word in a running send is stopped, corrected, sent to the rest, and corrected for those who got it', async () => {
  const LIST = 300
  const { campaign, revision } = await publish('picket', 'Thursday')
  await join(people(0, LIST))
  const slow = slowOutbox(400)
  const wrong = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.until(wrong.id, ({ counts }) => counts.accepted > 0)
  await anna.act(wrong.id, 'pause')
  const paused = await anna.until(wrong.id, ({ state }) => state === 'paused')
  expect(paused.counts.planned).toBe(LIST)

  const right = await publish('picket', 'Friday', true)
  expect(right.paused).toEqual([]) // the dispatch is paused already, and would go on with its old text
  const request = { campaign, revision: right.revision }
  const toReached = { ...request, ...CORRECTION, audience: { reachedBy: wrong.id } }
  expect((await anna.refused(toReached, 409)).detail).toContain('paused')
  await anna.act(wrong.id, 'cancel')
  vi.restoreAllMocks()
  expect(slow.calls.length).toBeGreaterThan(0)

  const rest = await anna.dispatch({ ...request, email: 'appeal', audience: { notReachedBy: wrong.id } })
  const counted = await anna.finished((await anna.dispatch({ ...toReached, dryRun: true })).id)
  const correction = await anna.dispatch(toReached)
  const [toRest, corrected] = await Promise.all([rest, correction].map(({ id }) => anna.finished(id)))
  const first = await anna.look(wrong.id)

  const reached = first.counts.accepted + first.counts.uncertain
  expect(first.counts).toMatchObject({ planned: LIST, waiting: 0, cancelled: LIST - reached })
  expect(reached).toBeGreaterThan(0)
  expect(reached).toBeLessThan(LIST)
  expect(toRest?.counts).toMatchObject({ planned: LIST - reached, accepted: LIST - reached })
  expect(counted.counts).toMatchObject({ planned: reached, accepted: 0 })
  expect(corrected?.counts).toMatchObject({ planned: reached, accepted: reached })

  const [thursday, friday, sorry] = await Promise.all(
    ['Come on Thursday', 'Come on Friday', 'Not on Thursday'].map(whoGot),
  )
  expect(sorry).toEqual(thursday)
  expect(sorry).toHaveLength(reached)
  expect([...(thursday ?? []), ...(friday ?? [])].sort()).toEqual(addresses(0, LIST))
  const mails = await outboxMails()
  const [one] = mails.filter(({ text }) => text.includes('Not on Thursday'))
  expect([one?.subject, one?.text]).toEqual([
    `${SUBJECT} (en)`,
    expect.stringContaining('Our earlier email contained a mistake.'),
  ])

  expect((await anna.refused(toReached, 409)).dispatch).toBe(correction.id)
})

test('a correction reaches the uncertain too, but nobody who left, was refused, or joined since', async () => {
  const { campaign, revision } = await publish('uncertain', 'Friday', true)
  await join(people(0, 6))
  faultyOutbox(() => 'accept-then-cut')
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.until(id, ({ counts }) => counts.planned === 6)
  await vi.waitFor(async () => expect(Object.keys(await received())).toHaveLength(6), 10_000)
  await anna.act(id, 'cancel')
  expect((await anna.look(id)).counts).toMatchObject({ planned: 6, uncertain: 6 })
  vi.restoreAllMocks()
  await suppressionOf(bindings).suppress(await fingerprintOf(person(2)), 'unsubscribed', Date.now())
  await join(people(6, 9))

  const correction = await anna.dispatch({ campaign, revision, ...CORRECTION, audience: { reachedBy: id } })
  const { counts } = await anna.finished(correction.id)
  expect([counts.planned - counts.suppressed, counts.accepted]).toEqual([5, 5])
  const got = await whoGot('Not on Thursday')
  expect(got).toEqual(addresses(0, 6).filter((one) => one !== String(person(2).email)))
})

test('a correction may be narrowed, goes to the people of two dispatches, and its rest is sent after a cancel', async () => {
  const { campaign, revision } = await publish('two', 'Friday', true)
  await join([...people(0, 3), ...people(3, 5, 'fr')])
  const send = async (more: object) => {
    const { id } = await anna.dispatch({ campaign, revision, ...more })
    return anna.finished(id)
  }
  const english = await send({ email: 'appeal', audience: { locales: ['en'] } })
  const french = await send({ email: 'appeal', audience: { locales: ['fr'] } })
  const later = new Date(Date.now() + 3_600_000).toISOString()
  const first = await anna.dispatch({
    campaign,
    revision,
    ...CORRECTION,
    sendAt: later,
    audience: { reachedBy: english.id },
  })
  expect((await anna.refused({ campaign, revision, ...CORRECTION }, 409)).dispatch).toBe(first.id)
  const toFrench = await send({ ...CORRECTION, audience: { reachedBy: french.id } })
  expect(toFrench.counts).toMatchObject({ planned: 2, accepted: 2 })
  await anna.act(first.id, 'cancel')
  const toEnglish = await send({ ...CORRECTION, audience: { reachedBy: english.id, notReachedBy: first.id } })
  expect(toEnglish.counts).toMatchObject({ planned: 3, accepted: 3 })
  expect(await whoGot('Not on Thursday')).toEqual(addresses(0, 5))
})

test('a correction needs the id of one, and an earlier dispatch of another e-mail of its campaign', async () => {
  const { campaign, revision } = await publish('faults', 'Friday', true)
  const other = await publish('other', 'Friday')
  await join(people(0, 1))
  const appeal = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.finished(appeal.id)
  const elsewhere = await anna.dispatch({ campaign: 'other', revision: other.revision, email: 'appeal' })
  await anna.finished(elsewhere.id)
  const message = async (more: object): Promise<string> => {
    const problem: Problem = await anna.refused({ campaign, revision, ...CORRECTION, ...more }, 422)
    const [error] = problem.errors ?? []
    return `${error?.path}: ${error?.message}`
  }
  expect(await message({ updateId: undefined })).toBe(`updateId: expected one of: ${DAY}`)
  expect(await message({ updateId: '2026-12-02' })).toBe(`updateId: expected one of: ${DAY}`)
  expect(await message({ audience: { reachedBy: 'no-such-id' } })).toContain('found the id of no dispatch')
  expect(await message({ audience: { reachedBy: elsewhere.id } })).toContain('found a dispatch of another campaign')
  const same = { email: 'appeal', updateId: undefined, audience: { reachedBy: appeal.id } }
  expect(await message(same)).toContain('which nobody gets twice')
})

test('no page shows a correction', async () => {
  const { campaign } = await publish('pages', 'Friday', true)
  const html = await (await new Visitor().ask(`/en/campaigns/${campaign}`)).text()
  expect(html).toContain('Come on Friday')
  expect(html).not.toContain('Not on Thursday')
})
