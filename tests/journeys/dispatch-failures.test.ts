import {
  abortAllDurableObjects,
  createScheduledController,
  evictAllDurableObjects,
  listDurableObjectIds,
  reset,
  runInDurableObject,
} from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Dispatch } from '../../src/dispatch/dispatch.ts'
import { DispatchRegistry } from '../../src/dispatch/dispatch-registry.ts'
import { dispatchRegistryOf, laneOf, publicationOf, suppressionOf } from '../../src/objects.ts'
import { AUDIENCE_PREFIX } from '../../src/supporter-list/store.ts'
import worker, { Lane } from '../../src/worker.ts'
import { dispatchStub, join, Organiser, oneEach, people, received, sleep } from '../support/organiser.ts'
import { slowOutbox } from '../support/slow-outbox.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const anna = new Organiser()
const LOCALES = ['en', 'fr', 'ar', 'es'] as const
const CROWD = LOCALES.flatMap((locale, i) => people(i * 10, i * 10 + 10, locale))
const EVERYBODY_ONCE = Object.assign(
  {},
  ...LOCALES.map((locale, i) => oneEach(CROWD.slice(i * 10, i * 10 + 10), locale)),
)

/** Rows written for each batch (invariant I8): one to plan the batch, one before the call, one after. */
const ROWS_PER_BATCH = 3

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

async function requestFor(slug: string, more: object = {}) {
  const { campaign, revision } = await anna.publish(slug, [...LOCALES])
  await join(CROWD)
  return { campaign, revision, email: 'appeal', ...more }
}

const cron = async () => worker.scheduled(createScheduledController(), bindings)

test('a dispatch finishes by itself although every object dies again and again', async () => {
  const slow = slowOutbox(150)
  const { id } = await anna.dispatch(await requestFor('aborted'))
  for (let deaths = 0; deaths < 4; deaths++) {
    await anna.until(id, ({ state }) => slow.calls.length > deaths || state === 'finished')
    await (deaths % 2 === 0 ? abortAllDurableObjects() : evictAllDurableObjects())
  }
  await anna.finished(id)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('cron wakes a lane that has lost its alarm', async () => {
  slowOutbox(300)
  const { id } = await anna.dispatch(await requestFor('asleep'))
  await anna.until(id, ({ counts }) => counts.accepted > 0)
  await anna.act(id, 'pause')
  // Simulates a platform that gave up: the dispatch is running, but no object has an alarm.
  await runInDurableObject(laneOf(bindings, id, 0), (_, { storage }) =>
    storage.kv.put('control', { control: 'run', stateVersion: 9 }),
  )
  await runInDurableObject(dispatchStub(id), (_, { storage }) => {
    const stored = storage.kv.get<{ state: { paused?: object } }>('state')
    const state = { ...stored?.state, state: 'running' }
    delete state.paused
    storage.kv.put('state', { ...stored, state })
  })
  await abortAllDurableObjects()
  await runInDurableObject(dispatchRegistryOf(bindings), (_, { storage }) =>
    storage.sql.exec("UPDATE dispatch SET state = 'running'"),
  )
  await runInDurableObject(laneOf(bindings, id, 0), (_, { storage }) => storage.deleteAlarm())
  const before = await anna.look(id)
  await sleep(700)
  expect((await anna.look(id)).counts).toEqual(before.counts)
  await cron()
  await anna.finished(id)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('cron starts a dispatch that was registered but never started', async () => {
  const begin = vi.spyOn(Dispatch.prototype, 'begin').mockRejectedValue(new Error('gone'))
  const body = await requestFor('entered')
  expect((await anna.ask('POST', '/api/dispatches', body, { 'idempotency-key': 'k' })).status).toBe(500)
  expect(begin).toHaveBeenCalled()
  vi.restoreAllMocks()
  await cron()
  const { id } = await anna.dispatch(body, { 'idempotency-key': 'k' })
  await anna.finished(id)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

/** Calls between two objects. The first call is lost: its caller dies after storing the change to report. */
test.each([
  ['a lane that has planned', Dispatch.prototype, 'lanePlanned'],
  ['a lane that has finished', Dispatch.prototype, 'laneFinished'],
  ['a dispatch that changes its state', DispatchRegistry.prototype, 'recordSummary'],
  ['a dispatch that begins its lanes', Lane.prototype, 'begin'],
  ['a dispatch that instructs its lanes', Lane.prototype, 'control'],
] as const)('%s repeats its call to the other object after a crash', async (_, prototype: object, method) => {
  const body = await requestFor('lost-words')
  let calls = 0
  const original: (...args: unknown[]) => unknown = Reflect.get(prototype, method)
  vi.spyOn(prototype as Record<string, () => unknown>, method).mockImplementation(function (
    this: unknown,
    ...args: unknown[]
  ) {
    return calls++ > 0 ? original.apply(this, args) : new Promise(() => undefined)
  })
  const { id } = await anna.dispatch(body)
  await vi.waitFor(() => expect(calls).toBe(1), 10_000)
  await abortAllDurableObjects()
  for (let minutes = 0; minutes < 30 && (await anna.look(id)).state !== 'finished'; minutes++) {
    await cron()
    await sleep(200)
  }
  const { counts } = await anna.finished(id)
  expect(counts).toMatchObject({ planned: 40, accepted: 40 })
  expect(await received()).toEqual(EVERYBODY_ONCE)
  // A dispatch with confirmedAfter is possible only once the registry knows when the first one was planned.
  const confirmedAfter = new Date().toISOString()
  await anna.finished((await anna.dispatch({ ...body, audience: { confirmedAfter } })).id)
})

test('a lane that must stop reports that again after a crash, and sends nothing meanwhile', async () => {
  const slow = slowOutbox(150)
  const { id } = await anna.dispatch(await requestFor('stopped'))
  await anna.until(id, () => slow.calls.length > 0)
  let calls = 0
  const laneStopped = Dispatch.prototype.laneStopped
  vi.spyOn(Dispatch.prototype, 'laneStopped').mockImplementation(function (this: Dispatch, reason) {
    return calls++ > 0 ? laneStopped.call(this, reason) : new Promise(() => undefined)
  })
  await runInDurableObject(publicationOf(bindings), (_, { storage }) =>
    storage.sql.exec("UPDATE published SET campaign = json_set(campaign, '$.status', 'closed')"),
  )
  await abortAllDurableObjects()
  await vi.waitFor(() => expect(calls).toBe(1), 10_000)
  const called = slow.calls.length
  await abortAllDurableObjects()
  await anna.until(id, ({ state, paused }) => state === 'paused' && paused?.kind === 'closed')
  expect(slow.calls.length).toBe(called)
  expect(Object.values(await received()).flat()).toHaveLength(called * 10)
  expect((await anna.act(id, 'resume')).status).toBe(409)
})

test('a record that was moved, cut or sealed with another keyring is skipped and counted as damaged', async () => {
  const body = await requestFor('damaged')
  const [moved] = (await bindings.SUPPORTERS.list({ prefix: AUDIENCE_PREFIX })).keys
  const key = (n: number) => `${AUDIENCE_PREFIX}${String(n).repeat(32)}`
  await bindings.SUPPORTERS.put(key(0), '.', { metadata: moved?.metadata })
  await bindings.SUPPORTERS.put(key(1), '.', { metadata: String(moved?.metadata).slice(0, -8) })
  await bindings.SUPPORTERS.put(key(2), 'nothing sealed')
  await bindings.SUPPORTERS.put(key(3), '.', { metadata: { name: 'no text' } })
  const { id } = await anna.dispatch(body)
  expect((await anna.finished(id)).counts).toMatchObject({ planned: 40, accepted: 40 })
  expect((await laneOf(bindings, id, 0).report()).damaged).toBe(4)
  expect(await received()).toEqual(EVERYBODY_ONCE)
})

test('a dispatch without recipients finishes', async () => {
  const { campaign, revision } = await anna.publish('nobody')
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  expect((await anna.finished(id)).counts.planned).toBe(0)
})

test('a batch costs three written rows, and a dispatch at most fifty more', async () => {
  const body = await requestFor('rows')
  let rows = 0
  let batchRows = 0
  const register = dispatchRegistryOf(bindings)
  await suppressionOf(bindings).counts() // its tables are created once for a deployment, not for each dispatch
  await runInDurableObject(register, (_, { storage }) => {
    const exec = storage.sql.exec
    vi.spyOn(Object.getPrototypeOf(storage.sql), 'exec').mockImplementation(function (
      this: SqlStorage,
      ...args: unknown[]
    ) {
      const cursor = Reflect.apply(exec, this, args)
      if (!/\b(mail|mail_summary|idempotency_key)\b/.test(String(args[0]))) rows += cursor.rowsWritten // rows of the outbox do not count
      if (/(INTO|UPDATE) batch/.test(String(args[0]))) batchRows += cursor.rowsWritten
      return cursor
    })
    for (const [object, method] of [
      [storage.kv, 'put'],
      [storage, 'setAlarm'],
      [storage, 'deleteAlarm'],
    ] as const) {
      const original = Reflect.get(object, method)
      vi.spyOn(Object.getPrototypeOf(object), method).mockImplementation(function (this: object, ...args: unknown[]) {
        rows++
        return Reflect.apply(original, this, args)
      })
    }
  })
  const { id } = await anna.dispatch(body)
  await anna.finished(id)
  const once = rows - LOCALES.length * ROWS_PER_BATCH
  console.log(`rows written for ${LOCALES.length} batches: ${rows}, of which ${once} for the dispatch itself`)
  expect(batchRows).toBe(LOCALES.length * ROWS_PER_BATCH)
  expect(once).toBeLessThanOrEqual(50)
})

test('a request about an unknown dispatch creates no object', async () => {
  await anna.publish('objects')
  const before = (await listDurableObjectIds(bindings.DISPATCH)).length
  const never = '/api/dispatches/11111111-1111-4111-8111-111111111111'
  for (const [method, path] of [
    ['GET', never],
    ['GET', `${never}/events`],
    ['POST', `${never}/resume`],
  ] as const) {
    expect((await anna.ask(method, path)).status).toBe(404)
  }
  expect(await listDurableObjectIds(bindings.DISPATCH)).toHaveLength(before)
})
