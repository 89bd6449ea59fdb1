import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Dispatch } from '../../src/dispatch/dispatch.ts'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { dispatchOf, dispatchRegistryOf, suppressionOf } from '../../src/objects.ts'
import { fingerprintOf, join, Organiser, people, person, received } from '../support/organiser.ts'
import { faultyOutbox } from '../support/slow-outbox.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const anna = new Organiser()
const DAY = 86_400_000
const NAMED = 'people: [{ id: nadia, naming: named, as: Nadia, role: baker, agreed: { by: herself } }]'
const WITHHELD = 'people: [{ id: nadia, naming: withheld, role: baker }]'

const keysOf = (id: string) =>
  runInDurableObject(dispatchOf(bindings, id), (_, { storage }) => [...storage.kv.list()].map(([key]) => key))
const storedText = (id: string) =>
  runInDurableObject(dispatchOf(bindings, id), (_, { storage }) => JSON.stringify([...storage.kv.list()]))
const listed = async () => (await anna.ask<DispatchView[]>('GET', '/api/dispatches')).json

/** A dispatch to three people. */
async function sent(slug: string, changes: string[] = [], rate?: number): Promise<string> {
  const { campaign, revision } = await anna.publish(slug, ['en'], changes)
  await join(people(0, 3))
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', ...(rate && { ratePerMinute: rate }) })
  return id
}

/** Runs the alarm of an ended dispatch so many days later. */
async function alarmAfter(id: string, days: number): Promise<void> {
  const later = Date.now() + days * DAY
  const clock = vi.spyOn(Date, 'now').mockReturnValue(later)
  await runInDurableObject(dispatchOf(bindings, id), (dispatch: Dispatch) => dispatch.alarm())
  clock.mockRestore()
}

test('a finished dispatch has no text left, and the list answers from the registry alone', async () => {
  const id = await sent('over')
  await anna.finished(id)
  await vi.waitFor(async () => expect(await keysOf(id)).not.toContain('snapshot'), 5_000)
  expect((await keysOf(id)).filter((key) => key.startsWith('template/') || key === 'terms')).toEqual([])
  const view = vi.spyOn((await import('../../src/dispatch/dispatch.ts')).Dispatch.prototype, 'view')
  expect(await listed()).toMatchObject([{ id, state: 'finished', counts: { planned: 3, accepted: 3 } }])
  const { json } = await anna.ask<{ newestDispatch: DispatchView }>('GET', '/api/stats')
  expect(json.newestDispatch).toMatchObject({ id, counts: { accepted: 3 } })
  expect(view).not.toHaveBeenCalled()
})

test('while a dispatch sends, the list has its counts of this moment', async () => {
  const id = await sent('running', [], 1)
  await anna.until(id, ({ counts }) => counts.accepted === 1)
  expect(await listed()).toMatchObject([{ id, state: 'running', counts: { planned: 3, accepted: 1 } }])
})

test('text of uncertain mails stays until they are decided, and send-again still sends it', async () => {
  const faulty = faultyOutbox((key) => (key.endsWith('/1') ? 'cut-before' : 'accept'))
  const id = await sent('uncertain')
  await anna.until(id, () => faulty.calls.length > 0)
  // With one of them gone the same call cannot be repeated, so an organiser has to decide.
  await suppressionOf(bindings).suppress(await fingerprintOf(person(0)), 'unsubscribed', Date.now())
  expect((await anna.finished(id)).counts).toMatchObject({ uncertain: 3 })
  await alarmAfter(id, 0)
  expect(await keysOf(id)).toContain('snapshot')
  const { uncertainBatches } = await anna.look(id)
  const batches = uncertainBatches.map(({ id: batch, generation }) => ({ id: batch, generation }))
  expect((await anna.act(id, 'resolve', { batches, decision: 'send-again' })).status).toBe(200)
  await anna.until(id, ({ counts }) => counts.accepted === 2)
  await vi.waitFor(async () => expect(await keysOf(id)).not.toContain('snapshot'), 5_000)
  expect(Object.values(await received())).toHaveLength(2)
})

test('after 400 days a dispatch has deleted itself, is never begun again, and stays in the list', async () => {
  const id = await sent('old')
  await anna.finished(id)
  await alarmAfter(id, 0)
  await alarmAfter(id, 401)
  expect(await keysOf(id)).toEqual([])
  expect((await anna.ask('GET', `/api/dispatches/${id}`)).status).toBe(404)
  expect((await anna.act(id, 'resume')).status).toBe(404)
  await dispatchRegistryOf(bindings).wake(Date.UTC(2027, 0, 1))
  await runDurableObjectAlarm(dispatchOf(bindings, id))
  expect(await keysOf(id)).toEqual([])
  expect(await listed()).toMatchObject([{ id, state: 'finished', counts: { accepted: 3 } }])
  expect(Object.values(await received())).toHaveLength(3)
})

test.each(['running', 'paused'])('a %s dispatch loses its text when a name in it is withdrawn', async (state) => {
  const slug = `named-${state}`
  const id = await sent(slug, [NAMED], 1)
  await anna.until(id, ({ counts }) => counts.accepted === 1)
  if (state === 'paused') await anna.act(id, 'pause')
  expect(await storedText(id)).toContain('Nadia')
  await anna.publish(slug, ['en'], [WITHHELD])
  expect(await storedText(id)).not.toContain('Nadia')
  const resumed = await anna.act(id, 'resume')
  expect([resumed.status, resumed.json.detail]).toEqual([409, expect.stringContaining('named')])
  await anna.publish(slug, ['en'], [NAMED]) // agreed again: the text is gone all the same
  expect((await anna.act(id, 'resume')).json.detail).toContain('was deleted')
  expect((await anna.act(id, 'cancel')).status).toBe(200)
})

test('an earlier version’s finished dispatch loses its text by cron, and then answers from the registry', async () => {
  const id = await sent('earlier')
  await anna.finished(id)
  await vi.waitFor(async () => expect(await keysOf(id)).not.toContain('snapshot'), 5_000)
  const registry = dispatchRegistryOf(bindings)
  await runInDurableObject(registry, (_, { storage }) => {
    storage.sql.exec('UPDATE dispatch SET view_json = NULL, holds_text = 1')
  })
  expect(await listed()).toMatchObject([{ id, counts: { accepted: 3 } }]) // asked, since the registry has no view
  await registry.wake(Date.UTC(2027, 0, 1))
  await vi.waitFor(
    async () => expect((await registry.list(1)).dispatches).toMatchObject([{ id, isLive: false }]),
    5_000,
  )
})
