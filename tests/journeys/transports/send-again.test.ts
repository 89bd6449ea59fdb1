import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Outcome } from '../../../src/transports/transport.ts'
import { behavingTransports, type Fate } from '../../support/behaving-transports.ts'
import { join, Organiser, oneEach, people, person, received } from '../../support/organiser.ts'

vi.setConfig({ testTimeout: 60_000 })

const anna = new Organiser()
const { main } = behavingTransports(false)
const CROWD = people(0, 103)
const EVERYBODY_ONCE = oneEach(CROWD)

const RATE_LIMITED: Outcome = { kind: 'refused', permanent: false, reason: 'rate-limited', retryAfterSeconds: 1 }
const TOO_LARGE: Outcome = { kind: 'refused', permanent: true, reason: 'invalid-content' }
const CUT: Outcome = { kind: 'unknown', reason: 'cut' }

beforeEach(reset)
afterEach(() => main.reset())

/** Cancels a dispatch while its first call is under way. Returns a function that lets the call end with this fate. */
async function cancelledInCall(slug: string, fate: Fate, crowd = CROWD) {
  const call = Promise.withResolvers<void>()
  main.maxBatch = 100
  main.fate = (nth) => (nth === 1 ? fate : 'accept')
  main.held = async (nth) => (nth === 1 ? call.promise : undefined)
  const { campaign, revision } = await anna.publish(slug)
  await join(crowd)
  const body = { campaign, revision, email: 'appeal' }
  const { id } = await anna.dispatch(body)
  await anna.until(id, () => main.calls.length > 0)
  const began = Date.now()
  expect((await anna.act(id, 'cancel')).json.state).toBe('cancelled')
  expect(Date.now() - began).toBeLessThan(5_000) // long before the call ends
  return { id, body, answer: () => call.resolve() }
}

test.each([
  ['a refusal for now', RATE_LIMITED],
  ['a refusal for the content', TOO_LARGE],
  ['the acceptance of everybody', 'accept' as const],
])('a dispatch after a cancel waits for the open call: after %s all 103 have the appeal once', async (name, fate) => {
  const { id, body, answer } = await cancelledInCall(`held-${name.length}`, fate)
  const second = await anna.dispatch(body)
  const waiting = await anna.until(second.id, (view) => view.waiting !== undefined)
  expect(waiting).toMatchObject({ state: 'planning', waiting: { reason: expect.stringContaining(id) } })
  expect(Date.parse(waiting.waiting?.until ?? '')).toBeGreaterThan(Date.now())
  answer()
  const end = await anna.finished(second.id)
  expect(end.waiting).toBeUndefined()
  expect(end.counts.accepted).toBe(fate === 'accept' ? 3 : 103)
  expect((await anna.look(id)).counts).toMatchObject(fate === 'accept' ? { accepted: 100 } : { cancelled: 103 })
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('a dispatch that waits for an open call can be paused, resumed and cancelled at once', async () => {
  const { body, answer } = await cancelledInCall('held-paused', RATE_LIMITED)
  const second = await anna.dispatch(body)
  await anna.until(second.id, (view) => view.waiting !== undefined)
  expect((await anna.act(second.id, 'pause')).json).toMatchObject({ state: 'paused', counts: { planned: 0 } })
  expect((await anna.look(second.id)).waiting).toBeUndefined()
  expect((await anna.act(second.id, 'resume')).json.state).toBe('planning')
  expect((await anna.act(second.id, 'cancel')).json).toMatchObject({ state: 'cancelled', counts: { planned: 0 } })
  const third = await anna.dispatch(body)
  answer()
  expect((await anna.finished(third.id)).counts).toMatchObject({ planned: 103, accepted: 103 })
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('people of whom nobody knows get the appeal after they are counted as not sent, also after cancel and further sends', async () => {
  const { id, body, answer } = await cancelledInCall('not-sent', CUT)
  const open = (await anna.look(id)).uncertainBatches.map(({ id: batch, generation }) => ({ id: batch, generation }))
  expect(open).toHaveLength(1)
  for (const decision of ['count-as-not-sent', 'count-as-sent']) {
    const early = await anna.act(id, 'resolve', { batches: open, decision })
    expect([early.status, early.json.detail]).toEqual([409, expect.stringContaining('under way')])
  }
  answer()
  const second = await anna.dispatch(body)
  expect((await anna.finished(second.id)).counts).toMatchObject({ planned: 3, accepted: 3 })
  expect((await anna.look(id)).counts).toMatchObject({ uncertain: 100, cancelled: 3 })

  expect((await anna.act(id, 'resolve', { batches: open, decision: 'send-again' })).status).toBe(409)
  const counted = await anna.act(id, 'resolve', { batches: open, decision: 'count-as-not-sent' })
  expect([counted.status, counted.json]).toEqual([200, { resolved: open.map((one) => one.id), notResolved: [] }])
  expect((await anna.look(id)).counts).toMatchObject({ uncertain: 0, cancelled: 103 })
  expect((await anna.act(id, 'resolve', { batches: open, decision: 'count-as-not-sent' })).status).toBe(409)

  const refused = await anna.refused(body, 409)
  expect([refused.notReachedBy, refused.detail]).toEqual([second.id, expect.stringContaining('audience.notReachedBy')])
  const rest = await anna.dispatch({ ...body, audience: { notReachedBy: refused.notReachedBy } })
  expect((await anna.finished(rest.id)).counts).toMatchObject({ planned: 100, accepted: 100 })
  expect(await received()).toEqual(EVERYBODY_ONCE)
  const empty = await anna.dispatch({ ...body, audience: { notReachedBy: id } })
  expect((await anna.finished(empty.id)).counts.planned).toBe(0)
})

test('a finished dispatch of which everybody was counted as not sent no longer stands in the way', async () => {
  main.idempotencySeconds = 0
  main.fate = (nth) => (nth === 1 ? CUT : 'accept')
  const { campaign, revision } = await anna.publish('nobody')
  await join([person(0)])
  const body = { campaign, revision, email: 'appeal' }
  const first = await anna.dispatch(body)
  const { uncertainBatches } = await anna.finished(first.id)
  const batches = uncertainBatches.map(({ id, generation }) => ({ id, generation }))
  await anna.refused(body, 409)
  expect((await anna.act(first.id, 'resolve', { batches, decision: 'count-as-not-sent' })).status).toBe(200)
  const second = await anna.dispatch(body)
  expect((await anna.finished(second.id)).counts).toMatchObject({ planned: 1, accepted: 1 })
  expect(await received()).toEqual(oneEach([person(0)]))
})

test('audience.notReachedBy must name an earlier dispatch of the same e-mail that is over', async () => {
  const { campaign, revision } = await anna.publish('named')
  const body = { campaign, revision, email: 'appeal' }
  const rest = (notReachedBy: string) => ({ ...body, audience: { notReachedBy } })
  const [fault] = (await anna.refused(rest('nothing'), 422)).errors ?? []
  expect(fault).toEqual({
    path: 'audience.notReachedBy',
    message: expect.stringContaining('found the id of no dispatch'),
  })
  const later = await anna.dispatch({ ...body, sendAt: new Date(Date.now() + 60_000).toISOString() })
  const early = await anna.refused(rest(later.id), 409)
  expect([early.dispatch, early.detail]).toEqual([later.id, expect.stringContaining('scheduled')])
  await anna.act(later.id, 'cancel')
  await anna.finished((await anna.dispatch(rest(later.id))).id)
})
