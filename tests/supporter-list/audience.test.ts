import { beforeEach, expect, test, vi } from 'vitest'
import { fingerprinter } from '../../src/security/address.ts'
import type { Person } from '../../src/supporter-list/person.ts'
import { readCurrentPage } from '../../src/supporter-list/recent-changes.ts'
import { supporterStore } from '../../src/supporter-list/store.ts'
import type { Supporter } from '../../src/supporter-list/supporter.ts'
import { HarshKv } from '../support/harsh-kv.ts'
import { MemoryKv, namespaceOf } from '../support/memory-kv.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'

const settings = await testSettings()
let kv: MemoryKv
let harsh: HarshKv

beforeEach(() => {
  kv = new MemoryKv()
  harsh = new HarshKv(namespaceOf(kv))
})

const supporter = (n: number): Supporter => ({
  email: addressOf(`person${n}@example.org`),
  locales: ['en'],
  topics: [],
  since: 1_800_000_000_000 + n,
  consent: { wording: 'v1', at: 1_800_000_000_000, via: 'page' },
})
const noChanges = async () => []
const keyOf = async (n: number) => `supporter/${await settings.fingerprint(supporter(n).email)}`

async function add(from: number, to: number, over: Partial<Supporter> = {}): Promise<void> {
  const store = supporterStore(namespaceOf(kv), settings)
  const numbers = Array.from({ length: to - from }, (_, i) => from + i)
  await Promise.all(
    numbers.map(async (n) => store.put(await settings.fingerprint(supporter(n).email), { ...supporter(n), ...over })),
  )
}

async function readAll(namespace: KVNamespace, prefix = 'supporter/') {
  const people: Person[] = []
  let cursor: string | undefined
  let after: string | undefined
  for (let pages = 1; ; pages++) {
    const page = await readCurrentPage(namespace, settings, noChanges, prefix, cursor, after)
    people.push(...page.people)
    cursor = page.cursor
    after = page.lastKey ?? after
    if (page.done) return { people, pages }
  }
}

test.each([0, 1, 999, 1_000, 1_001])(
  '%i supporters are read once each, in the order of their keys, past empty pages',
  async (count) => {
    await add(0, count)
    const { people, pages } = await readAll(harsh.namespace)
    expect(people.map(({ email }) => email).sort()).toEqual(
      Array.from({ length: count }, (_, n) => `person${n}@example.org`).sort(),
    )
    expect(people.map(({ fingerprint }) => fingerprint)).toEqual(people.map(({ fingerprint }) => fingerprint).sort())
    expect(pages).toBe(2 * Math.max(1, Math.ceil(count / 1_000)))
  },
)

test('a person has the data that a dispatch needs, without the consent', async () => {
  await add(1, 2, { name: 'Anna', topics: ['mining'], country: 'KZ' })
  const { people } = await readAll(namespaceOf(kv))
  expect(people).toEqual([
    {
      fingerprint: (await keyOf(1)).slice('supporter/'.length),
      email: 'person1@example.org',
      name: 'Anna',
      locales: ['en'],
      topics: ['mining'],
      country: 'KZ',
      since: 1_800_000_000_001,
    },
  ])
})

test('keys up to the last one seen are skipped, so a page read again after a crash repeats nobody', async () => {
  await add(0, 10)
  const keys = await Promise.all(Array.from({ length: 10 }, (_, n) => keyOf(n)))
  keys.sort()
  const page = await readCurrentPage(namespaceOf(kv), settings, noChanges, 'supporter/', undefined, keys[3])
  expect(page.people.map(({ fingerprint }) => `supporter/${fingerprint}`)).toEqual(keys.slice(4))
  expect(page.lastKey).toBe('supporter/g') // after every key
})

test('sixteen lanes share the people without overlap', async () => {
  await add(0, 100)
  const lanes = await Promise.all(
    [...'0123456789abcdef'].map((digit) => readAll(namespaceOf(kv), `supporter/${digit}`)),
  )
  expect(new Set(lanes.flatMap(({ people }) => people.map(({ email }) => email))).size).toBe(100)
  expect(lanes.flatMap(({ people }) => people)).toHaveLength(100)
})

test('records that cannot be decrypted or belong to another key are counted and skipped', async () => {
  await add(0, 5)
  const [first, second, third] = [await keyOf(0), await keyOf(1), await keyOf(2)]
  await kv.put(first, '.', { metadata: kv.entries.get(second)?.metadata })
  await kv.put(second, '.', { metadata: 'AAAA' })
  await kv.put(third, 'nonsense')
  const page = await readCurrentPage(namespaceOf(kv), settings, noChanges, 'supporter/', undefined, undefined)
  expect(page.people).toHaveLength(2)
  expect(page.damaged).toBe(3)
})

/** A page read by settings with another FINGERPRINT_KEY than the first `old` people were written with; the others have it. */
async function readByNewKey(old: number, people: number) {
  const changed = { ...settings, fingerprint: await fingerprinter(new Uint8Array(32).fill(7)) }
  await add(0, old)
  for (let n = old; n < people; n++)
    await supporterStore(namespaceOf(kv), changed).put(await changed.fingerprint(supporter(n).email), supporter(n))
  return readCurrentPage(namespaceOf(kv), changed, noChanges, 'supporter/', undefined, undefined)
}

test.each([1, 49, 50, 51, 1_000])('a changed FINGERPRINT_KEY is found: none of %i older records is read', async (n) => {
  const page = await readByNewKey(n, n)
  expect([page.people, page.damaged]).toEqual([[], n])
})

test('where older records are mixed with newer ones, a changed FINGERPRINT_KEY leaves exactly the newer ones', async () => {
  const page = await readByNewKey(300, 600)
  expect(page.people.map(({ email }) => email).sort()).toEqual(
    Array.from({ length: 300 }, (_, i) => `person${300 + i}@example.org`).sort(),
  )
  expect(page.damaged).toBe(300)
})

test('a changed FINGERPRINT_KEY is found although the first record of every group is damaged', async () => {
  await add(0, 100)
  const sorted = [...kv.entries.keys()].sort()
  for (const at of [0, 50]) await kv.put(sorted[at] ?? '', '.', { metadata: 'AAAA' })
  expect((await readByNewKey(0, 0)).damaged).toBe(100)
})

test('of a page that is as expected, the fingerprint of one record in fifty is computed', async () => {
  await add(0, 1_000)
  const counting = { ...settings, fingerprint: vi.fn(settings.fingerprint) }
  const page = await readCurrentPage(namespaceOf(kv), counting, noChanges, 'supporter/', undefined, undefined)
  expect([page.people.length, counting.fingerprint.mock.calls.length]).toEqual([1_000, 20])
})

test('records too long for metadata are fetched a hundred at a time', async () => {
  await add(0, 1_000, {
    name: '語'.repeat(100),
    consent: { wording: 'v1', at: 1, via: `https://${'d'.repeat(700)}.example` },
  })
  expect([...kv.entries.values()].every(({ metadata }) => metadata === null)).toBe(true)
  harsh.beginInvocation()
  const empty = await readCurrentPage(harsh.namespace, settings, noChanges, 'supporter/', undefined, undefined)
  const page = await readCurrentPage(harsh.namespace, settings, noChanges, 'supporter/', empty.cursor, empty.lastKey)
  expect(page.people).toHaveLength(1_000)
  expect(page.operations).toBe(12) // with one question about recent changes
  expect(harsh.operations).toBe(12)
})

test('a record deleted between list and fetch does not count as damaged', async () => {
  await add(0, 1, {
    name: '語'.repeat(100),
    consent: { wording: 'v1', at: 1, via: `https://${'d'.repeat(700)}.example` },
  })
  const list = kv.list.bind(kv)
  vi.spyOn(kv, 'list').mockImplementation(async (options) => {
    const page = await list(options)
    kv.entries.clear()
    return page
  })
  const page = await readCurrentPage(namespaceOf(kv), settings, noChanges, 'supporter/', undefined, undefined)
  expect([page.people, page.damaged]).toEqual([[], 0])
})
