import { abortAllDurableObjects, reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DispatchRegistry } from '../../src/dispatch/dispatch-registry.ts'
import { suppressionOf } from '../../src/objects.ts'
import { deliverToInbox } from '../../src/provider-events/deliver-to-inbox.ts'
import type { ProviderEvent } from '../../src/suppression/provider-event.ts'
import { fingerprintOf, join, Organiser, people, received, sleep } from '../support/organiser.ts'
import { slowOutbox } from '../support/slow-outbox.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 120_000 })

const anna = new Organiser()
const CROWD = people(0, 60)
/** Milliseconds an event may take to have its effect on a busy machine. */
const EFFECT_MS = 50_000

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

let events = 0
async function tell(
  kind: ProviderEvent['kind'],
  who: number,
  more: Partial<ProviderEvent> = {},
): Promise<ProviderEvent> {
  const [somebody] = CROWD.slice(who, who + 1)
  if (somebody === undefined) throw new Error('nobody')
  const event: ProviderEvent = {
    id: (++events).toString(16).padStart(32, '0').split('').reverse().join(''),
    kind,
    ...(kind === 'bounced' && { permanence: 'hard' }),
    fingerprint: await fingerprintOf(somebody),
    at: Date.now(),
    ...more,
  }
  await deliverToInbox(bindings, [{ id: event.id, event }])
  return event
}

async function until(is: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + EFFECT_MS; !(await is()); await sleep(25)) {
    if (Date.now() > end) throw new Error('expected state not reached')
  }
}

const leftAs = async (who: number) => {
  const [somebody] = CROWD.slice(who, who + 1)
  return somebody && (await suppressionOf(bindings).status(await fingerprintOf(somebody))).reason
}

async function appeal(slug: string) {
  const { campaign, revision } = await anna.publish(slug)
  return anna.dispatch({ campaign, revision, email: 'appeal' })
}

test('a later appeal skips supporters whose mail bounced hard, who complained or who unsubscribed', async () => {
  await join(CROWD.slice(0, 6))
  const first = await appeal('first')
  await anna.finished(first.id)
  await tell('bounced', 0, { dispatch: first.id })
  await tell('complained', 1, { dispatch: first.id })
  await tell('unsubscribed', 2, { dispatch: first.id })
  await tell('delivered', 3, { dispatch: first.id })
  await tell('bounced', 4, { dispatch: first.id, permanence: 'refused' })
  await until(async () => (await anna.look(first.id)).delivery.delivered === 1)
  await until(async () => (await leftAs(2)) === 'unsubscribed')
  expect([await leftAs(0), await leftAs(1), await leftAs(3), await leftAs(4)]).toEqual([
    'bounced',
    'complained',
    undefined,
    undefined,
  ])
  expect((await anna.look(first.id)).delivery).toEqual({ delivered: 1, deferred: 0, bounced: 2, complained: 1 })

  const second = await appeal('second')
  await anna.finished(second.id)
  const mails = await received()
  expect([0, 1, 2, 3, 4, 5].map((n) => mails[`person${n}@example.org`]?.length)).toEqual([1, 1, 1, 2, 2, 2])
})

test('a repeated provider event, or one about an unknown dispatch or recipient, changes nothing', async () => {
  await join(CROWD.slice(0, 3))
  const { id } = await appeal('again')
  await anna.finished(id)
  const bounce = await tell('bounced', 0, { dispatch: id, permanence: 'soft' })
  for (let i = 0; i < 6; i++) await deliverToInbox(bindings, [{ id: bounce.id, event: bounce }])
  await tell('bounced', 1, { dispatch: 'no-such-dispatch' })
  await tell('delivered', 50, { dispatch: id })
  await until(async () => (await leftAs(1)) === 'bounced')
  await until(async () => (await anna.look(id)).delivery.bounced === 1)
  expect(await leftAs(0)).toBeUndefined() // one soft bounce, not five
  expect((await anna.look(id)).delivery).toEqual({ delivered: 0, deferred: 0, bounced: 1, complained: 0 })
})

test('a stored provider event takes effect even if every object dies first', async () => {
  await join(CROWD.slice(0, 2))
  await tell('complained', 0)
  await abortAllDurableObjects()
  await tell('bounced', 1) // touches the aborted objects, so that their alarms run again
  await until(async () => (await leftAs(0)) === 'complained' && (await leftAs(1)) === 'bounced')
})

test('a high bounce rate pauses the running dispatch until an organiser resumes it', async () => {
  const slow = slowOutbox(1_500)
  const crowd = people(0, 500)
  await join(crowd)
  const { campaign, revision } = await anna.publish('rates')
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.until(id, ({ counts }) => counts.accepted >= 200)
  for (let n = 0; n < 25; n++) await tell('bounced', n, { dispatch: id })
  const paused = await anna.until(id, ({ state }) => state === 'paused')
  expect(paused.paused).toMatchObject({ kind: 'bounce-rate', detail: expect.stringContaining('came back') })
  expect(slow.calls.length).toBeLessThan(5)
  expect((await anna.act(id, 'resume')).status).toBe(200)
  const { counts } = await anna.finished(id) // the same bounces do not pause the dispatch again
  expect(counts.accepted + counts.suppressed).toBe(500)
})

test('a thousand unsubscribes at once are removed from the list in steps, within the limits of one alarm', async () => {
  const crowd = people(0, 1_000)
  await join(crowd)
  const fingerprints = await Promise.all(crowd.map(fingerprintOf))
  const kv = vi.spyOn(Object.getPrototypeOf(bindings.SUPPORTERS), 'delete')
  await deliverToInbox(
    bindings,
    fingerprints.map((fingerprint, n) => {
      const id = `0${n.toString(16).padStart(31, '0')}` // all ids go to one event inbox
      return { id, event: { id, kind: 'unsubscribed', fingerprint, at: Date.now() } }
    }),
  )
  await until(async () => (await suppressionOf(bindings).counts()).unsubscribed === 1_000)
  await until(async () => (await bindings.SUPPORTERS.list({ prefix: 'supporter/' })).keys.length === 0)
  expect(kv.mock.calls.length).toBeLessThanOrEqual(1_000) // at most one deletion per person
})

test('a complaint takes effect at once, although the counts of a hundred earlier events cannot be stored', async () => {
  vi.spyOn(DispatchRegistry.prototype, 'lanesOf').mockRejectedValue(new Error('overloaded'))
  const [somebody] = CROWD
  if (somebody === undefined) throw new Error('nobody')
  const fingerprint = await fingerprintOf(somebody)
  const idOf = (n: number) => `0${n.toString(16).padStart(31, '0')}` // all ids go to one event inbox
  const delivered = Array.from({ length: 150 }, (_, n) => {
    const event = { id: idOf(n), kind: 'delivered' as const, fingerprint, dispatch: 'd-1', at: Date.now() }
    return { id: event.id, event }
  })
  await deliverToInbox(bindings, delivered)
  const complaint = { id: idOf(150), kind: 'complained' as const, fingerprint, at: Date.now() }
  await deliverToInbox(bindings, [{ id: complaint.id, event: complaint }])
  await until(async () => (await leftAs(0)) === 'complained')
})
