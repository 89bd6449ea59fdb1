import { expect, it } from 'vitest'
import { byteCache } from '../../../src/kit/caches/byte-cache.ts'

it('a cached value is made once, and again after eviction or after a null result', async () => {
  const keep = byteCache(2)
  const made: string[] = []
  const ask = async (key: string) =>
    keep(key, async () => {
      made.push(key)
      return key === 'none' ? null : new Uint8Array([key.length])
    })
  for (const key of ['a', 'bb', 'a', 'bb', 'ccc', 'bb', 'a', 'none', 'none']) await ask(key)
  expect(made).toEqual(['a', 'bb', 'ccc', 'a', 'none', 'none'])
  expect([await ask('ccc'), await ask('none')]).toEqual([new Uint8Array([3]), null])
})
