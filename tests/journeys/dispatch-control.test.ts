import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { suppressionOf } from '../../src/objects.ts'
import { fingerprintOf, join, Organiser, oneEach, people, person, received, sleep } from '../support/organiser.ts'
import { faultyOutbox, slowOutbox } from '../support/slow-outbox.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const anna = new Organiser()
/** Milliseconds until the slow outbox answers: long enough to act between two calls. */
const SLOW_MS = 120
/** Lines of campaign.yaml for one person: named, then withheld by a later revision. */
const NAMED = 'people: [{ id: nadia, naming: named, as: Nadia, role: baker, agreed: { by: herself } }]'
const WITHHELD = 'people: [{ id: nadia, naming: withheld, role: baker }]'

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const LOCALES = ['en', 'fr', 'ar'] as const
/** Twenty supporters of each language, which make three batches. */
const CROWD = LOCALES.flatMap((locale, i) => people(i * 20, i * 20 + 20, locale))
const EVERYBODY_ONCE = Object.assign(
  {},
  ...LOCALES.map((locale, i) => oneEach(CROWD.slice(i * 20, i * 20 + 20), locale)),
)

const publish = (slug: string, changes: string[] = [], text?: string) => anna.publish(slug, [...LOCALES], changes, text)

/** Starts a dispatch of three batches, and returns while its first call is under way. */
async function begun(slug: string, changes: string[] = []) {
  const slow = slowOutbox(SLOW_MS)
  const { campaign, revision } = await publish(slug, changes)
  await join(CROWD)
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.until(id, () => slow.calls.length > 0)
  return { id, campaign, revision, calls: slow.calls }
}

test('pause answers once no further call can begin; resume sends to the rest', async () => {
  const { id, calls } = await begun('paused')
  const pauses = await Promise.all([anna.act(id, 'pause'), anna.act(id, 'pause')])
  const called = calls.length
  for (const { status, json } of pauses)
    expect([status, json.state, json.paused?.kind]).toEqual([200, 'paused', 'asked'])
  await sleep(3 * SLOW_MS)
  expect(calls.length).toBe(called)
  const { counts } = await anna.look(id)
  expect(counts).toMatchObject({ accepted: called * 20, waiting: 60 - called * 20 })
  expect(counts.waiting).toBeGreaterThan(0)

  expect((await anna.act(id, 'pause')).status).toBe(200)
  expect((await anna.act(id, 'resume')).json.state).toBe('running')
  expect((await anna.finished(id)).counts).toMatchObject({ planned: 60, accepted: 60 })
  expect(await received()).toEqual(EVERYBODY_ONCE)
  for (const act of ['pause', 'resume', 'cancel']) expect((await anna.act(id, act)).status).toBe(409)
})

test('a supporter who unsubscribes, complains or pauses while a dispatch is paused gets no mail of it', async () => {
  const { id } = await begun('leaving')
  await anna.act(id, 'pause')
  await sleep(2 * SLOW_MS)
  const got = await received()
  const [left, complained, pausing] = await Promise.all(
    CROWD.filter(({ email }) => got[email] === undefined)
      .slice(0, 3)
      .map(fingerprintOf),
  )
  const suppression = suppressionOf(bindings)
  await suppression.suppress(left ?? '', 'unsubscribed', Date.now())
  await suppression.suppress(complained ?? '', 'complained', Date.now())
  await suppression.pause(pausing ?? '', Date.now() + 3_600_000)
  await anna.act(id, 'resume')
  expect((await anna.finished(id)).counts).toMatchObject({ planned: 60, accepted: 57, suppressed: 3 })
  const after = await received()
  expect(Object.keys(after)).toHaveLength(57)
  for (const someone of CROWD) {
    if ([left, complained, pausing].includes(await fingerprintOf(someone))) expect(after[someone.email]).toBeUndefined()
  }
})

test('after a cancel no further supporter gets mail, and a new dispatch reaches exactly the rest', async () => {
  const { id, campaign, revision, calls } = await begun('cancelled')
  const cancelled = await anna.act(id, 'cancel')
  expect([cancelled.status, cancelled.json.state]).toEqual([200, 'cancelled'])
  const called = calls.length
  await sleep(3 * SLOW_MS)
  expect(calls.length).toBe(called)
  const { counts } = await anna.look(id)
  expect(counts).toMatchObject({ planned: 60, accepted: called * 20, cancelled: 60 - called * 20, uncertain: 0 })
  for (const act of ['pause', 'resume', 'cancel']) expect((await anna.act(id, act)).status).toBe(409)

  const rest = await anna.dispatch({ campaign, revision, email: 'appeal' })
  expect((await anna.finished(rest.id)).counts).toMatchObject({ planned: counts.cancelled, accepted: counts.cancelled })
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('a dispatch cancelled before its start sends nothing and does not block the next one', async () => {
  const { campaign, revision } = await anna.publish('early')
  await join(people(0, 2))
  const body = { campaign, revision, email: 'appeal' }
  const { id } = await anna.dispatch({ ...body, sendAt: new Date(Date.now() + 600).toISOString() })
  expect((await anna.act(id, 'cancel')).json).toMatchObject({ state: 'cancelled', counts: { planned: 0 } })
  await sleep(900)
  expect(await received()).toEqual({})
  await anna.finished((await anna.dispatch(body)).id)
  expect(await received()).toEqual(oneEach(people(0, 2)))
})

test('pause, resume and cancel at any moment of a start leave no lane running', async () => {
  const { campaign, revision } = await anna.publish('moments')
  await join(people(0, 20))
  const body = { campaign, revision, email: 'appeal' }
  for (let wait = 0; wait < 60; wait += 5) {
    const { id } = await anna.dispatch(body)
    await sleep(wait)
    const { status } = await anna.act(id, 'pause')
    if (status === 409) break // the dispatch had finished, so later moments test nothing
    await sleep(50) // a call that was under way has its answer
    const mails = Object.keys(await received()).length
    await sleep(50)
    if (wait % 10 === 0) expect(Object.keys(await received()).length).toBe(mails)
    else await anna.act(id, 'resume')
    const cancelled = await anna.act(id, 'cancel')
    if (cancelled.status === 409) break
    const { counts } = await anna.look(id)
    expect(counts.waiting).toBe(0)
  }
  const last = await anna.ask<{ id: string }>('POST', '/api/dispatches', body)
  if (last.status === 201) await anna.finished(last.json.id)
  expect(await received()).toEqual(oneEach(people(0, 20)))
})

test('a revision published between request and start pauses the dispatch, which says why', async () => {
  const { campaign, revision } = await anna.publish('changed')
  await join(people(0, 2))
  const { id } = await anna.dispatch({
    campaign,
    revision,
    email: 'appeal',
    sendAt: new Date(Date.now() + 500).toISOString(),
  })
  const next = await anna.publish('changed', ['en'], [], 'Come tomorrow.')
  const view = await anna.until(id, ({ state }) => state === 'paused')
  expect(view.paused?.kind).toBe('revision-changed')
  expect(view.paused?.detail).toContain(next.revision)
  await anna.act(id, 'resume')
  expect((await anna.until(id, ({ state }) => state === 'paused')).paused?.kind).toBe('revision-changed')
  await anna.act(id, 'cancel')
  await anna.finished((await anna.dispatch({ campaign, revision: next.revision, email: 'appeal' })).id)
  expect(await received()).toEqual(oneEach(people(0, 2)))
})

test('a revision that only corrects texts does not stop a running dispatch, which keeps the texts of its snapshot', async () => {
  const { id } = await begun('mended')
  expect((await publish('mended', [], 'Come, all.')).paused).toEqual([])
  await anna.finished(id)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('a revision that withholds a name stops the dispatch for good: the old text cannot be resumed', async () => {
  const { id, campaign, calls } = await begun('withdrawn', [NAMED])
  const next = await publish('withdrawn', [WITHHELD])
  const called = calls.length
  expect(next.paused).toEqual([id])
  await sleep(3 * SLOW_MS)
  expect(calls.length).toBe(called)
  expect((await anna.look(id)).paused?.kind).toBe('campaign-changed')
  const resumed = await anna.act(id, 'resume')
  expect([resumed.status, resumed.json.detail]).toEqual([409, expect.stringContaining('named')])
  await anna.act(id, 'cancel')
  await anna.finished((await anna.dispatch({ campaign, revision: next.revision, email: 'appeal' })).id)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test.each([
  ['status', ['status: closed'], 'closed'],
  ['doNotUseAfter', ['doNotUseAfter: 2026-03-02'], 'doNotUseAfter'],
])('a change of %s stops a running dispatch until the change is undone', async (name, changes, sentence) => {
  const slug = `stopped-${name.toLowerCase()}`
  const { id } = await begun(slug)
  expect((await publish(slug, changes)).paused).toEqual([id])
  const refused = await anna.act(id, 'resume')
  expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining(sentence)])
  await publish(slug)
  expect((await anna.act(id, 'resume')).status).toBe(200)
  await anna.finished(id)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('an organiser decides an uncertain batch, in the generation that the dispatch view showed', async () => {
  let first: string | undefined
  const faulty = faultyOutbox((key) => {
    first ??= key
    return key === first ? 'accept-then-cut' : key.endsWith('/1') ? 'cut-before' : 'accept'
  })
  const { campaign, revision } = await publish('resolved')
  await join(CROWD)
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.until(id, () => new Set(faulty.calls.map(({ key }) => key)).size === LOCALES.length)
  // One supporter of each uncertain batch unsubscribes, and must not get the batch again.
  const leavers = await Promise.all([0, 20, 40].map((n) => fingerprintOf(person(n))))
  for (const leaver of leavers) await suppressionOf(bindings).suppress(leaver, 'unsubscribed', Date.now())
  const view = await anna.finished(id)
  expect(view.counts).toMatchObject({ planned: 60, uncertain: 60 })
  const got = await received()
  expect(Object.keys(got)).toHaveLength(20)

  const listed = view.uncertainBatches.map(({ id: batch, generation }) => ({ id: batch, generation }))
  const resolve = (batches: object[], decision: string) => anna.act(id, 'resolve', { batches, decision })
  expect(
    (
      await resolve(
        listed.map((batch) => ({ ...batch, generation: 7 })),
        'count-as-sent',
      )
    ).status,
  ).toBe(409)
  expect((await resolve([{ id: 999, generation: 1 }], 'send-again')).status).toBe(409)
  expect((await resolve([], 'send-again')).status).toBe(422)
  expect((await resolve(listed, 'burn')).status).toBe(422)

  const [sent, ...lost] = listed // the batch of the first call comes first
  const counted = await resolve([sent ?? expect.fail()], 'count-as-sent')
  expect([counted.status, counted.json]).toEqual([200, { resolved: [sent?.id], notResolved: [] }])
  const again = await resolve(listed, 'send-again')
  expect(again.json).toEqual({ resolved: lost.map((batch) => batch.id), notResolved: [sent?.id] })
  const end = await anna.until(id, ({ state, counts }) => state === 'finished' && counts.uncertain === 0)
  expect(end.counts).toMatchObject({ planned: 60, accepted: 58, suppressed: 2 })
  expect(Object.values(await received()).map((mails) => mails.length)).toEqual(Array.from({ length: 58 }, () => 1))
})

test('after a cancel, batches without an answer are uncertain and cannot be sent again, but counted as sent', async () => {
  faultyOutbox(() => 'accept-then-cut')
  const { campaign, revision } = await anna.publish('unanswered')
  await join([...people(0, 5), person(5)])
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.until(id, ({ counts }) => counts.planned === 6)
  await vi.waitFor(async () => expect(Object.keys(await received())).toHaveLength(6), 10_000)
  await anna.act(id, 'cancel')
  const { counts, uncertainBatches } = await anna.look(id)
  expect(counts).toMatchObject({ planned: 6, uncertain: 6, cancelled: 0 })
  const batches = uncertainBatches.map(({ id: batch, generation }) => ({ id: batch, generation }))
  expect((await anna.act(id, 'resolve', { batches, decision: 'send-again' })).status).toBe(409)
  expect((await anna.act(id, 'resolve', { batches, decision: 'count-as-sent' })).status).toBe(200)
  expect((await anna.look(id)).counts).toMatchObject({ accepted: 6, uncertain: 0 })
  vi.restoreAllMocks()
  const next = await anna.dispatch({ campaign, revision, email: 'appeal' })
  expect((await anna.finished(next.id)).counts.planned).toBe(0)
})
