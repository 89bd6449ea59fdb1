import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { noticesOf, placesOf } from '../../../src/objects.ts'
import { Places } from '../../../src/places/places.ts'
import { PLACES_AT_ONCE, TRIES_BEFORE_NOTICE } from '../../../src/places/run-erasure.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const PERSON = { fingerprint: 'a'.repeat(32), mailbox: 'b'.repeat(32) }

/** Places whose objects answer as `fates` say, by name: `throws`, `not-yet`; others are done. Records who was asked. */
function placesWith(names: string[], fates: Record<string, 'throws' | 'not-yet'> = {}) {
  const asked: string[] = []
  const object = (name: string) => ({
    async erase() {
      if (fates[name] === 'throws') throw new Error('overloaded')
      asked.push(name)
      return fates[name] !== 'not-yet'
    },
    async search() {
      asked.push('mailbox')
      return null
    },
    wake: async () => fates[name] === undefined,
  })
  const namespace = { getByName: object }
  const env = { ...bindings, IMPORT: namespace, CAMPAIGN_ACTIONS: namespace, MAILBOX_QUEUE: namespace } as never
  const run = <T>(work: (places: Places) => Promise<T>): Promise<T> =>
    runInDurableObject(placesOf(bindings), (_, ctx) => {
      ctx.storage.kv.put('earlier-places-entered', true)
      const places = new Places(ctx, env)
      for (const name of names) places.enter('import', name)
      return work(places)
    })
  return { asked, fates, run }
}

const erasures = () =>
  runInDurableObject(placesOf(bindings), (_, { storage }) =>
    storage.sql.exec('SELECT fingerprint FROM erasure').toArray(),
  )

test('all places and the mailbox are asked in one call, and nothing of the person stays in the list', async () => {
  const { run, asked } = placesWith(['a', 'b', 'c'])
  expect(await run((places) => places.erase(PERSON))).toBe('erased')
  expect(asked.sort()).toEqual(['a', 'b', 'c', 'mailbox'])
  expect(await erasures()).toEqual([])
})

test.each([
  ['b', 'throws'],
  ['a', 'not-yet'],
  ['c', 'throws'],
] as const)('place %s that %s keeps no other from erasing, and is asked again until it is done', async (name, fate) => {
  const { run, asked, fates } = placesWith(['a', 'b', 'c'], { [name]: fate })
  expect(await run((places) => places.erase(PERSON))).toBe('erasing')
  expect(new Set(asked)).toContain('mailbox')
  expect(asked).toEqual(expect.arrayContaining(['a', 'b', 'c'].filter((one) => one !== name)))
  expect(await erasures()).toHaveLength(1)
  asked.length = 0
  delete fates[name]
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
  await run((places) => places.alarm())
  clock.mockRestore()
  expect(asked).toEqual([name]) // the others are not asked again
  expect(await erasures()).toEqual([])
})

test('more places than one invocation may ask are asked by alarm, each once', async () => {
  const names = Array.from({ length: PLACES_AT_ONCE + 50 }, (_, n) => `campaign-${n}`)
  const { run, asked } = placesWith(names)
  expect(await run((places) => places.erase(PERSON))).toBe('erasing')
  expect(asked.length).toBe(PLACES_AT_ONCE)
  await run((places) => places.alarm())
  expect(asked.filter((one) => one !== 'mailbox').sort()).toEqual(names.sort())
  expect(await erasures()).toEqual([])
})

test('organisers are told of an erasure that does not end, without naming the person', async () => {
  const { run } = placesWith(['a'], { a: 'throws' })
  await run((places) => places.erase(PERSON))
  let now = Date.now()
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now)
  for (let n = 0; n < TRIES_BEFORE_NOTICE; n++) {
    now += 7_200_000
    await run((places) => places.alarm())
  }
  clock.mockRestore()
  const notices = await noticesOf(bindings).list()
  expect(notices.map(({ kind }) => kind)).toContain('erasure-incomplete')
  expect(JSON.stringify(notices)).not.toContain(PERSON.fingerprint)
})

test('places that store nothing leave the list, unless they enter again meanwhile', async () => {
  const { run, fates } = placesWith(['a', 'b'], { a: 'throws' })
  await run((places) => places.wake())
  delete fates.a
  const found = await runInDurableObject(placesOf(bindings), (_, { storage }) =>
    storage.sql.exec('SELECT name FROM place').toArray(),
  )
  expect(found).toEqual([{ name: 'b' }])
  await runDurableObjectAlarm(placesOf(bindings))
})
