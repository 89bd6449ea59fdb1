import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { confirm } from '../../src/supporters/confirmation.ts'
import { preferencesOf } from '../../src/supporters/own-data/preferences.ts'
import { eraseSupporter, suppressSupporter, unsubscribeSupporter } from '../../src/supporters/unsubscribe.ts'
import { addressOf, supporterWorld } from '../support/supporter-world.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2027, 0, 5, 12) }))
afterEach(() => void vi.useRealTimers())

const EMAIL = addressOf('ida@example.org')
const SECOND = 1_000
const HOUR = 3_600_000

/** A person who has joined; `later` moves the clock and lets changes be written to KV, which is `staleMs` behind. */
async function joined(staleMs: number) {
  const world = await supporterWorld(staleMs)
  const fingerprint = await world.fingerprint(EMAIL)
  const later = async (milliseconds: number) => {
    vi.setSystemTime(Date.now() + milliseconds)
    world.harsh.beginInvocation()
    await world.suppression.alarm()
  }
  const join = () => {
    const pending = { email: EMAIL, locales: ['en'], topics: [], wording: 'v1', via: 'page' }
    return confirm(world.deps(), { pending, askedAt: Date.now() })
  }
  const leave = () => unsubscribeSupporter(world.deps(), { fingerprint, locale: 'en' }, 'one-click')
  const erase = () => eraseSupporter(world.deps(), { fingerprint, mailbox: fingerprint })
  await join()
  await later(HOUR)
  return { ...world, print: fingerprint, later, join, leave, erase }
}

test('an erasure that KV refused is completed although the person has joined again', async () => {
  const { harsh, store, print, later, join, leave, erase } = await joined(0)
  await leave()
  await later(HOUR)
  expect(await store.getProof(print)).not.toBeNull()
  harsh.refusal = (verb) => verb === 'PUT' || verb === 'DELETE'
  await erase()
  await later(SECOND)
  expect((await join()).kind).toBe('confirmed')
  await later(SECOND)
  harsh.refusal = () => false
  for (let n = 0; n < 20; n++) await later(HOUR)
  expect(await store.getProof(print)).toBeNull()
  expect(await store.get(print)).toMatchObject({ email: EMAIL })
})

test.each(['before', 'after'])(
  'a complaint %s an erasure leaves it an erasure: no proof comes back, and the page says erased',
  async (when) => {
    const { deps, store, print, later, leave, erase } = await joined(60_000)
    if (when === 'before') await suppressSupporter(deps(), print, 'complained')
    await later(2 * SECOND)
    await erase()
    if (when === 'after') await suppressSupporter(deps(), print, 'complained')
    await later(2 * SECOND)
    await leave()
    for (let n = 0; n < 30; n++) await later(5 * SECOND)
    await later(HOUR)
    expect(await store.getProof(print)).toBeNull()
    expect(await store.get(print)).toBeNull()
    expect(await preferencesOf(deps(), print)).toEqual({ kind: 'gone', erased: true })
  },
)
