import { beforeEach, expect, test, vi } from 'vitest'
import { seal } from '../../src/security/vault.ts'
import { sealProof, sealRecord, supporterStore } from '../../src/supporter-list/store.ts'
import { packSupporter, type Supporter } from '../../src/supporter-list/supporter.ts'
import { MemoryKv, namespaceOf } from '../support/memory-kv.ts'
import { addressOf, supporterWorld, testSettings } from '../support/supporter-world.ts'

const settings = await testSettings()
const email = addressOf('anna@example.org')
const fingerprint = await settings.fingerprint(email)
const key = `supporter/${fingerprint}`
const anna: Supporter = {
  email,
  name: 'Анна Сергеевна Каренина-Вронская',
  locales: ['ru', 'kk', 'en'],
  topics: ['mining'],
  country: 'KZ',
  since: 1_800_000_000_000,
  consent: { wording: 'v1', at: 1_799_999_000_000, via: 'https://partner.example' },
}
const longest: Supporter = {
  ...anna,
  email: addressOf(`${'a'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(57)}.org`),
  name: '語'.repeat(100),
  consent: { ...anna.consent, via: `https://${'d'.repeat(63)}.${'d'.repeat(63)}.example` },
}

let kv: MemoryKv
beforeEach(() => {
  kv = new MemoryKv()
})

test('a usual record fits the metadata of its key, sealed', async () => {
  await supporterStore(namespaceOf(kv), settings).put(fingerprint, anna)
  const { value, metadata } = await kv.getWithMetadata(key)
  expect(value).toBe('.')
  expect(JSON.stringify(metadata).length).toBeLessThan(400)
  expect(await supporterStore(namespaceOf(kv), settings).get(fingerprint)).toEqual(anna)
})

test('the longest record is stored in the value, and a later shorter one replaces it', async () => {
  const store = supporterStore(namespaceOf(kv), settings)
  const of = await settings.fingerprint(longest.email)
  await store.put(of, longest)
  expect((await kv.getWithMetadata(`supporter/${of}`)).metadata).toBeNull()
  expect(await store.get(of)).toEqual(longest)
  const shorter = { ...longest, name: 'A' }
  await store.put(of, shorter)
  expect(await store.get(of)).toEqual(shorter)
  expect((await kv.getWithMetadata(`supporter/${of}`)).value).toBe('.')
})

test('a record moved to another key cannot be decrypted', async () => {
  const store = supporterStore(namespaceOf(kv), settings)
  await store.put(fingerprint, anna)
  const other = await settings.fingerprint(addressOf('boris@example.org'))
  const { value, metadata } = await kv.getWithMetadata(key)
  await kv.put(`supporter/${other}`, value ?? '', { metadata })
  expect(await store.get(other)).toBeNull()
})

test('a record for another address than its key is neither sealed nor written', async () => {
  const store = supporterStore(namespaceOf(kv), settings)
  const boris = { ...anna, email: addressOf('boris@example.org') }
  await expect(store.put(fingerprint, boris)).rejects.toThrow('under the fingerprint of another address')
  await expect(sealRecord(settings, fingerprint, boris)).rejects.toThrow(/^(?!.*(boris|anna|[0-9a-f]{32}))/)
  expect(kv.entries.size).toBe(0)
})

test('a record for another address than its key, written by other hands, is not returned', async () => {
  const store = supporterStore(namespaceOf(kv), settings)
  const boris = packSupporter({ ...anna, email: addressOf('boris@example.org') })
  await store.putSealed(fingerprint, await seal(settings.keys, 'supporter', key, boris))
  expect(await store.get(fingerprint)).toBeNull()
  expect(await store.getAll([fingerprint])).toEqual(new Map())
})

test('stored records contain neither address nor name in clear text', async () => {
  await supporterStore(namespaceOf(kv), settings).put(fingerprint, anna)
  const stored = JSON.stringify([...kv.entries])
  for (const needle of ['anna', 'Анна', 'example', 'mining', 'partner']) {
    expect(stored).not.toContain(needle)
    expect(stored).not.toContain(Buffer.from(needle).toString('base64url').slice(0, -2))
  }
})

test('a proof has its own prefix, expires, and can be removed', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) })
  const store = supporterStore(namespaceOf(kv), settings)
  const proof = { ...anna.consent, since: anna.since, left: Date.now() }
  await store.putSealedProof(fingerprint, await sealProof(settings, fingerprint, proof))
  expect([...kv.entries.keys()]).toEqual([`proof/${fingerprint}`])
  expect(await store.getProof(fingerprint)).toEqual(proof)
  vi.setSystemTime(Date.UTC(2029, 10, 20))
  expect(await store.getProof(fingerprint)).toEqual(proof)
  vi.setSystemTime(Date.UTC(2029, 10, 22))
  expect(await store.getProof(fingerprint)).toBeNull()
  vi.useRealTimers()
})

test('a write refused by KV’s limit per key is retried', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) })
  vi.setTimerTickMode('nextTimerAsync')
  const world = await supporterWorld()
  await world.store.put(fingerprint, anna)
  await world.store.put(fingerprint, { ...anna, name: 'Anna' })
  await world.store.remove(fingerprint)
  expect(world.kv.entries.size).toBe(0)
  vi.useRealTimers()
})

test('a write that KV keeps refusing throws', async () => {
  vi.useFakeTimers()
  vi.setTimerTickMode('nextTimerAsync')
  kv.put = async () => {
    throw new Error('KV PUT failed: 500')
  }
  await expect(supporterStore(namespaceOf(kv), settings).put(fingerprint, anna)).rejects.toThrow('500')
  vi.useRealTimers()
})
