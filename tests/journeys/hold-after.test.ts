import { abortAllDurableObjects, reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { join, Organiser, oneEach, people, received, sleep } from '../support/organiser.ts'
import { slowOutbox } from '../support/slow-outbox.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const anna = new Organiser()
const CROWD = [...people(0, 7), ...people(7, 14, 'fr')]
const ONCE = { ...oneEach(CROWD.slice(0, 7)), ...oneEach(CROWD.slice(7), 'fr') }

const heldAt = (id: string) => anna.until(id, ({ state }) => state === 'paused')
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()

test.each([3, 7, 9])(
  'a dispatch with holdAfter %i pauses after so many people, and a resume reaches the others once',
  async (n) => {
    const { campaign, revision } = await anna.publish(`held-${n}`, ['en', 'fr'])
    await join(CROWD)
    const { id, holdAfter } = await anna.dispatch({ campaign, revision, email: 'appeal', holdAfter: n })
    expect(holdAfter).toBe(n)
    expect(await heldAt(id)).toMatchObject({ paused: { kind: 'hold-after' }, counts: { accepted: n, waiting: 14 - n } })
    expect(Object.keys(await received())).toHaveLength(n)
    expect((await anna.act(id, 'resume')).status).toBe(200)
    expect(await anna.finished(id)).toMatchObject({ counts: { accepted: 14 } })
    expect(await received()).toEqual(ONCE)
  },
)

test('a dispatch to no more people than holdAfter finishes without a pause', async () => {
  const { campaign, revision } = await anna.publish('few', ['en', 'fr'])
  await join(CROWD)
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', holdAfter: 14 })
  expect((await anna.finished(id)).paused).toBeUndefined()
})

test('a crash during the first call changes neither the number nor who gets the mail', async () => {
  const slow = slowOutbox(300)
  const { campaign, revision } = await anna.publish('dying', ['en', 'fr'])
  await join(CROWD)
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', holdAfter: 9 })
  await anna.until(id, () => slow.calls.length > 0)
  await abortAllDurableObjects()
  const { counts } = await heldAt(id)
  expect([counts.accepted + counts.uncertain + counts.waiting, Object.keys(await received()).length]).toEqual([14, 9])
  await anna.act(id, 'resume')
  await anna.finished(id)
  expect(await received()).toEqual(ONCE)
})

test('a scheduled dispatch gets another time or none; one that has begun gets neither', async () => {
  const { campaign, revision } = await anna.publish('scheduled', ['en', 'fr'])
  await join(CROWD)
  const later = () => anna.dispatch({ campaign, revision, email: 'appeal', sendAt: inSeconds(3_600) })
  const dropped = await later()
  expect((await anna.act(dropped.id, 'unschedule')).json).toMatchObject({ state: 'cancelled', counts: { planned: 0 } })
  for (const [act, body] of [['unschedule'], ['reschedule', { sendAt: inSeconds(60) }]] as const)
    expect((await anna.act(dropped.id, act, body)).status).toBe(409)

  const { id } = await later()
  for (const sendAt of ['yesterday', '2020-01-01T00:00:00Z', inSeconds(400 * 86_400)])
    expect((await anna.act(id, 'reschedule', { sendAt })).status).toBe(422)
  const farther = inSeconds(7_200)
  expect((await anna.act(id, 'reschedule', { sendAt: farther })).json).toMatchObject({
    state: 'scheduled',
    sendAt: farther,
  })
  const listed = (await anna.ask<DispatchView[]>('GET', '/api/dispatches')).json.find((one) => one.id === id)
  expect(listed?.sendAt).toBe(farther)
  const sooner = inSeconds(1)
  await anna.act(id, 'reschedule', { sendAt: sooner })
  await sleep(300)
  expect((await anna.look(id)).state).toBe('scheduled')
  const { startedAt } = await anna.finished(id)
  expect(Date.parse(startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(sooner))
  expect(await received()).toEqual(ONCE)
  for (const [act, body] of [['unschedule'], ['reschedule', { sendAt: farther }]] as const)
    expect((await anna.act(id, act, body)).status).toBe(409)
})
