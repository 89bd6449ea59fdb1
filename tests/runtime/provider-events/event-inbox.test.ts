import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { eventInboxOf, noticesOf } from '../../../src/objects.ts'
import { EFFECTS_A_DAY } from '../../../src/provider-events/effect-budget.ts'
import type { ProviderEvent } from '../../../src/suppression/provider-event.ts'
import { Suppression } from '../../../src/suppression/suppression.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(() => vi.restoreAllMocks())

const DAY_MS = 86_400_000
const today = () => Math.floor(Date.now() / DAY_MS)

/** An inbox whose budget of a day is used up. */
async function usedUp(digit: string) {
  const inbox = eventInboxOf(bindings, digit)
  await inbox.record([])
  await runInDurableObject(inbox, (_, { storage }) =>
    storage.kv.put('effects-of-the-day', { day: today(), used: EFFECTS_A_DAY, isNoticed: false }),
  )
  return inbox
}

const pending = (inbox: Awaited<ReturnType<typeof usedUp>>): Promise<number> =>
  runInDurableObject(inbox, (_, { storage }) => storage.sql.exec('SELECT id FROM later_effect').toArray().length)

function effects(): string[] {
  const seen: string[] = []
  const record = Suppression.prototype.record
  vi.spyOn(Suppression.prototype, 'record').mockImplementation(function (this: Suppression, events, now) {
    seen.push(...events.map(({ id }) => id))
    return record.call(this, events, now)
  })
  return seen
}

const named = (digit: string, what: Partial<ProviderEvent>, n = 0) => {
  const event = { kind: 'delivered' as const, fingerprint: `f-${n}`, at: Date.now(), ...what }
  const id = `${digit}-${event.kind}-${event.permanence ?? ''}-${n}`
  return { id, event: { ...event, id } }
}
const URGENT: Partial<ProviderEvent>[] = [
  { kind: 'complained' },
  { kind: 'unsubscribed' },
  { kind: 'bounced', permanence: 'hard' },
]
const LATER: Partial<ProviderEvent>[] = [
  { kind: 'delivered' },
  { kind: 'deferred' },
  { kind: 'bounced', permanence: 'soft' },
  { kind: 'bounced', permanence: 'refused' },
]

test('beyond the daily budget soft bounces and deliveries wait until midnight, are noticed once, and others act at once', async () => {
  const inbox = await usedUp('a')
  const seen = effects()
  for (const n of [1, 2]) {
    await inbox.record([...LATER, ...URGENT].map((what) => named('a', what, n)))
    await vi.waitFor(() => expect(seen).toHaveLength(3 * n), { timeout: 20_000, interval: 25 })
  }
  expect(seen.filter((id) => !/complained|unsubscribed|hard/.test(id))).toEqual([])
  await vi.waitFor(async () => {
    const notices = (await noticesOf(bindings).list()).filter(({ kind }) => kind === 'provider-events-waiting')
    expect(notices.map(({ count, subject }) => [count, subject])).toEqual([[1, `more than ${EFFECTS_A_DAY} a day`]])
  })
  const alarm = await runInDurableObject(inbox, (_, { storage }) => storage.getAlarm())
  expect(alarm).toBe((today() + 1) * DAY_MS)
  expect(await pending(inbox)).toBe(8)

  await runInDurableObject(inbox, (_, { storage }) =>
    storage.kv.put('effects-of-the-day', { day: today() - 1, used: EFFECTS_A_DAY, isNoticed: true }),
  )
  await runDurableObjectAlarm(inbox)
  expect(seen).toHaveLength(14)
  expect(await pending(inbox)).toBe(0)
})

test('complaints come before deliveries that arrived earlier', async () => {
  const inbox = eventInboxOf(bindings, 'b')
  const seen = effects()
  await inbox.record([
    ...Array.from({ length: 250 }, (_, n) => named('b', { kind: 'delivered' }, n)),
    named('b', { kind: 'complained' }),
  ])
  await vi.waitFor(() => expect(seen).toHaveLength(251), { timeout: 20_000, interval: 25 })
  expect(seen[0]).toContain('complained')
})

test('effects that an earlier version stored are applied', async () => {
  const inbox = eventInboxOf(bindings, 'c')
  const seen = effects()
  await inbox.record([])
  const { id, event } = named('c', { kind: 'bounced', permanence: 'soft' })
  await runInDurableObject(inbox, (_, { storage }) => {
    storage.sql.exec('INSERT INTO effect (event) VALUES (?)', JSON.stringify(event))
    return storage.setAlarm(Date.now() + 60_000)
  })
  await runDurableObjectAlarm(inbox)
  expect(seen).toEqual([id])
})
