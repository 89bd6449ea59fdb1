import { beforeEach, expect, test, vi } from 'vitest'
import { HarshKv } from './harsh-kv.ts'
import { MemoryKv, namespaceOf } from './memory-kv.ts'

let harsh: HarshKv
let kv: KVNamespace
beforeEach(() => {
  vi.useFakeTimers()
  harsh = new HarshKv(namespaceOf(new MemoryKv()))
  kv = harsh.namespace
  return () => vi.useRealTimers()
})

async function names(): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await kv.list({ ...(cursor !== undefined && { cursor }), limit: 2 })
    found.push(...page.keys.map(({ name }) => name))
    if (page.list_complete) return found
    cursor = page.cursor
  }
}

test('a write becomes visible a minute later, and so do an absence and a deletion', async () => {
  await kv.put('a', '1')
  expect([await kv.get('a'), await names()]).toEqual([null, []])
  vi.advanceTimersByTime(60_000)
  expect([await kv.get('a'), await names()]).toEqual(['1', ['a']])
  await kv.put('a', '2', { metadata: 'm' })
  expect(await kv.getWithMetadata('a')).toMatchObject({ value: '1', metadata: null })
  vi.advanceTimersByTime(60_000)
  await kv.delete('a')
  expect([await kv.get(['a', 'b']), await names()]).toEqual([
    new Map([
      ['a', '2'],
      ['b', null],
    ]),
    ['a'],
  ])
  vi.advanceTimersByTime(60_000)
  expect([await kv.get('a'), await names()]).toEqual([null, []])
})

test('a second write to the same key within a second is refused; to another key it succeeds', async () => {
  await kv.put('a', '1')
  await expect(kv.put('a', '2')).rejects.toThrow('429')
  await expect(kv.delete('a')).rejects.toThrow('429')
  await kv.put('b', '1')
  vi.advanceTimersByTime(1_000)
  await kv.put('a', '2')
})

test('an invocation has a thousand operations, and the next one throws', async () => {
  for (let n = 0; n < 1_000; n++) await kv.get('a')
  await expect(kv.get('a')).rejects.toThrow('Too many API requests')
  harsh.beginInvocation()
  await kv.get('a')
})

test('every page of a list follows an empty one, and no key is lost or listed twice', async () => {
  for (const key of ['a', 'b', 'c', 'd', 'e']) await kv.put(key, '1')
  vi.advanceTimersByTime(60_000)
  expect(await kv.list()).toMatchObject({ keys: [], list_complete: false })
  await kv.delete('b')
  await kv.put('f', '1')
  expect(await names()).toEqual(['a', 'b', 'c', 'd', 'e'])
})
