import { createScheduledController, evictAllDurableObjects, reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Dispatch } from '../../src/dispatch/dispatch.ts'
import type { NoticeView } from '../../src/notices/notice-table.ts'
import { Suppression } from '../../src/suppression/suppression.ts'
import worker, { SenderQuota } from '../../src/worker.ts'
import { join, Organiser, oneEach, people, received, sleep } from '../support/organiser.ts'
import { type SlowOutbox, slowOutbox } from '../support/slow-outbox.ts'
import { agedStamp, bindings, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Milliseconds after the answer to a stop within which a last call may begin. */
const LAST_BEGIN_MS = 2_000

const anna = new Organiser()

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

type Stop = {
  stopped: { at: string; by: string }
  paused: string[]
  openCalls: Array<{ dispatch?: string; people: number }>
  unknown: string[]
}
const stop = () => anna.ask<Stop>('POST', '/api/stop')
const goOn = () => anna.ask<{ resumed: string[]; notResumed: unknown[] }>('POST', '/api/go-on')
const sendingCheck = async () =>
  (await anna.ask<{ checks: Array<{ name: string; message: string }> }>('GET', '/healthz?deep')).json.checks.find(
    ({ name }) => name === 'sending',
  )?.message

/** Starts a dispatch to the crowd: one call for each language. */
async function begun(slug: string) {
  const { campaign, revision } = await anna.publish(slug, LOCALES)
  return (await anna.dispatch({ campaign, revision, email: 'appeal' })).id
}

/** The calls with appeals. */
const appealCalls = ({ calls }: SlowOutbox) => calls.filter(({ key }) => !key.includes('/letter/'))

const LOCALES = ['en', 'fr', 'ar', 'es', 'ru', 'kk']
const CROWD = LOCALES.flatMap((locale, i) => people(i * 5, i * 5 + 5, locale))
const ONCE = Object.assign({}, ...LOCALES.map((locale, i) => oneEach(CROWD.slice(i * 5, i * 5 + 5), locale)))
/** Each person got the appeals of so many campaigns. */
const times = (n: number) =>
  Object.fromEntries(
    Object.entries(ONCE as Record<string, string[]>).map(([to, [subject]]) => [to, Array(n).fill(subject)]),
  )

test('after a stop no call begins, single mails still leave, and going on reaches everybody exactly once', async () => {
  await join(CROWD)
  const slow = slowOutbox(400)
  const ids = [await begun('first'), await begun('second')]
  const { revision, campaign } = await anna.publish('third', LOCALES)
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  const { id: later } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt })
  await expect.poll(() => slow.calls.length).toBeGreaterThan(1)
  expect(await sendingCheck()).toBe('not stopped')

  const { status, json } = await stop()
  const [answeredAt, called] = [Date.now(), slow.calls.length]
  expect([status, json.stopped.by, json.unknown]).toEqual([200, 'organiser', []])
  expect(json.paused.toSorted()).toEqual([...ids, later].toSorted())
  for (const { dispatch, people } of json.openCalls) expect([ids.includes(dispatch ?? ''), people]).toEqual([true, 5])
  for (const id of [...ids, later])
    expect(await anna.look(id)).toMatchObject({ state: 'paused', paused: { kind: 'stopped' } })
  expect((await anna.act(ids[0] ?? '', 'resume')).status).toBe(409)

  // Nothing changes when every object starts again, nor by cron, nor by a new dispatch.
  await evictAllDurableObjects()
  await worker.scheduled(createScheduledController(), bindings)
  const fresh = await begun('fourth')
  await anna.until(fresh, ({ paused }) => paused?.kind === 'stopped')
  await new Visitor().send('/en/sign-up', { email: 'new@example.org', stamp: await agedStamp() })
  await mailTo('new@example.org', 1)
  await sleep(answeredAt + LAST_BEGIN_MS + 500 - Date.now())
  expect(appealCalls(slow).length).toBe(called)

  expect(await sendingCheck()).toContain(`stopped since ${json.stopped.at} by organiser`)
  expect((await anna.ask<Stop>('GET', '/api/stats')).json.stopped).toEqual(json.stopped)
  const notices = (await anna.ask<NoticeView[]>('GET', '/api/notices')).json
  expect(notices.map(({ kind }) => kind)).toEqual(['everything-stopped'])
  expect((await stop()).json.stopped).toEqual(json.stopped)

  const went = await goOn()
  expect([went.status, went.json.notResumed]).toEqual([200, []])
  expect(went.json.resumed.toSorted()).toEqual([...ids, later, fresh].toSorted())
  for (const id of [...ids, fresh]) expect((await anna.finished(id)).counts).toMatchObject({ accepted: 30 })
  expect((await anna.look(later)).state).toBe('scheduled')
  const { 'new@example.org': confirmation, ...got } = await received()
  expect([got, confirmation?.length]).toEqual([times(3), 1])
  expect(await sendingCheck()).toBe('not stopped')
  expect((await goOn()).json).toEqual({ resumed: [], notResumed: [] })
})

test('no call begins two seconds after the answer even if no dispatch hears of the stop and a call took long to prepare', async () => {
  await join(CROWD)
  const slow = slowOutbox(50)
  const asked: { suppressedAmong(people: string[]): string[] | Promise<string[]> } = Suppression.prototype
  const ask = asked.suppressedAmong
  const preparing = vi.spyOn(asked, 'suppressedAmong').mockImplementation(async function (this: Suppression, people) {
    await sleep(2_100) // longer than a permit holds
    return ask.call(this, people)
  })
  const id = await begun('deaf')
  await expect.poll(() => slow.calls.length, { timeout: 10_000 }).toBe(1)
  await sleep(300) // the next batch is being prepared
  const pause = vi.spyOn(Dispatch.prototype, 'pause').mockRejectedValue(new Error('not reachable'))
  const { status } = await stop()
  const answeredAt = Date.now()
  expect(status).toBe(200)
  await sleep(LAST_BEGIN_MS + 2_100)
  expect(slow.calls.filter(({ at }) => at > answeredAt + LAST_BEGIN_MS)).toEqual([])
  expect(slow.calls.length).toBeLessThan(3)
  pause.mockRestore()
  preparing.mockRestore()
  await anna.until(id, ({ paused }) => paused?.kind === 'stopped') // the lane itself told its dispatch
  expect((await goOn()).json.resumed).toEqual([id])
  expect((await anna.finished(id)).counts).toMatchObject({ accepted: 30, uncertain: 0 })
  expect(await received()).toEqual(ONCE)
})

test('cron goes on with a stop and with its end that a crash cut short', async () => {
  await join(CROWD)
  const slow = slowOutbox(400)
  const id = await begun('cut')
  await expect.poll(() => slow.calls.length).toBe(1)
  const cut = () =>
    vi.spyOn(SenderQuota.prototype, 'obeyStop').mockImplementation(() => {
      throw new Error('killed')
    })
  const cron = () => worker.scheduled(createScheduledController(), bindings)
  const stopping = cut()
  expect((await stop()).status).toBe(500)
  expect(await sendingCheck()).toContain('stopped since')
  stopping.mockRestore()
  await cron()
  await anna.until(id, ({ paused, counts }) => paused?.kind === 'stopped' && counts.waiting > 0)
  const going = cut()
  expect((await goOn()).status).toBe(500)
  going.mockRestore()
  expect((await anna.look(id)).state).toBe('paused')
  await cron()
  expect((await anna.finished(id)).counts).toMatchObject({ accepted: 30 })
  expect(await received()).toEqual(ONCE)
})
