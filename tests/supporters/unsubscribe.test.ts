import { beforeEach, expect, test, vi } from 'vitest'
import type { Supporter } from '../../src/supporter-list/supporter.ts'
import { eraseByAddress, findByAddress, suppressByAddress } from '../../src/supporters/own-data/admin-requests.ts'
import { readPersonalData } from '../../src/supporters/own-data/personal-data.ts'
import { eraseSupporter, unsubscribeSupporter } from '../../src/supporters/unsubscribe.ts'
import { addressOf, supporterWorld, type World } from '../support/supporter-world.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const anna: Supporter = {
  email: addressOf('anna@example.org'),
  locales: ['ru'],
  topics: [],
  since: NOW - 1_000_000,
  consent: { wording: 'v1', at: NOW - 2_000_000, via: 'https://partner.example.org' },
}

let world: World
let fingerprint: string
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW - 120_000 })
  vi.setTimerTickMode('nextTimerAsync')
  world = await supporterWorld()
  fingerprint = await world.fingerprint(anna.email)
  await world.store.put(fingerprint, anna)
  vi.setSystemTime(NOW)
  return () => vi.useRealTimers()
})

const keys = () => [...world.kv.entries.keys()].sort()
const settle = () => vi.setSystemTime(Date.now() + 120_000)

test.each(['one-click', 'page'] as const)(
  'unsubscribing (%s) succeeds while KV refuses everything, and is completed after',
  async (how) => {
    world.harsh.refusal = () => true
    await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, how)
    expect(world.suppression.suppressed.get(fingerprint)).toEqual({ reason: 'unsubscribed', since: NOW })
    for (let hours = 0; hours < 5; hours++) {
      vi.setSystemTime(Date.now() + 3_600_000)
      world.suppression.crash()
      await world.suppression.alarm()
    }
    expect(keys()).toEqual([`supporter/${fingerprint}`])
    world.harsh.refusal = () => false
    vi.setSystemTime(Date.now() + 3_600_000)
    await world.suppression.alarm()
    expect(keys()).toEqual([`proof/${fingerprint}`])
    expect(world.post.of('goodbye')).toHaveLength(how === 'page' ? 1 : 0)
    settle()
    expect(await world.store.getProof(fingerprint)).toEqual({ ...anna.consent, since: anna.since, left: NOW })
  },
)

test('the record is removed before the proof is kept', async () => {
  world.harsh.refusal = (verb, key) => verb === 'PUT' && key.startsWith('proof/')
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'one-click')
  expect(keys()).toEqual([])
  world.harsh.refusal = () => false
  vi.setSystemTime(NOW + 3_600_000)
  await world.suppression.alarm()
  expect(keys()).toEqual([`proof/${fingerprint}`])
})

test('unsubscribing removes the record and stores a sealed proof without the address', async () => {
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'ru' }, 'one-click')
  expect(keys()).toEqual([`proof/${fingerprint}`])
  settle()
  expect(await world.store.getProof(fingerprint)).toEqual({ ...anna.consent, since: anna.since, left: NOW })
  expect(world.suppression.suppressed.get(fingerprint)).toEqual({ reason: 'unsubscribed', since: NOW })
})

test('unsubscribing on the page sends one goodbye; one-click sends none', async () => {
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'page')
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'page') // KV still shows them
  settle()
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'page')
  expect(world.post.letters).toMatchObject([{ email: 'goodbye', locale: 'fr', to: { address: 'anna@example.org' } }])
})

test('after one-click the page sends no goodbye either, while KV still shows the record', async () => {
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'one-click')
  expect(await world.store.get(fingerprint)).not.toBeNull()
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'page')
  expect(world.post.letters).toEqual([])
})

test('an unsubscribe within a minute after an erasure changes nothing', async () => {
  await eraseSupporter(world.deps(), { fingerprint, mailbox: '' })
  vi.setSystemTime(NOW + 5_000)
  expect(await world.store.get(fingerprint)).not.toBeNull() // as KV shows it
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'fr' }, 'page')
  expect(keys()).toEqual([])
  expect(world.post.letters).toEqual([])
  expect(world.suppression.suppressed.get(fingerprint)).toEqual({ reason: 'erased', since: NOW + 5_000 })
})

test('an unsubscribe link works for a person whom KV does not show yet', async () => {
  const boris = await world.fingerprint('boris@example.org')
  await world.store.put(boris, { ...anna, email: addressOf('boris@example.org') })
  vi.setSystemTime(NOW + 2_000)
  expect(await world.store.get(boris)).toBeNull() // the harsh KV does not show it yet
  await unsubscribeSupporter(world.deps(), { fingerprint: boris, locale: 'en' }, 'one-click')
  expect(keys()).not.toContain(`supporter/${boris}`)
  expect(world.suppression.suppressed.has(boris)).toBe(true)
})

test('erasing keeps only the fingerprint in Suppression and deletes an earlier proof', async () => {
  await unsubscribeSupporter(world.deps(), { fingerprint, locale: 'ru' }, 'one-click')
  vi.setSystemTime(NOW + 5_000)
  await eraseSupporter(world.deps(), { fingerprint, mailbox: '' })
  expect(keys()).toEqual([])
  expect(world.suppression.suppressed.get(fingerprint)).toEqual({ reason: 'erased', since: NOW + 5_000 })
  settle()
  expect(await readPersonalData(world.deps(), { fingerprint, mailbox: '' })).toEqual({
    fingerprint,
    supporter: null,
    suppression: { reason: 'erased', since: '2026-11-22T12:00:05.000Z' },
    proofOfConsent: null,
    letters: [],
  })
})

test('the export contains everything that is stored', async () => {
  await world.suppression.pause(fingerprint, NOW + 86_400_000)
  expect(await readPersonalData(world.deps(), { fingerprint, mailbox: '' })).toEqual({
    fingerprint,
    supporter: {
      email: 'anna@example.org',
      locales: ['ru'],
      topics: [],
      since: '2026-11-22T11:43:20.000Z',
      consent: { wording: 'v1', at: '2026-11-22T11:26:40.000Z', via: 'https://partner.example.org' },
    },
    suppression: { pausedUntil: '2026-11-23T12:00:00.000Z' },
    proofOfConsent: null,
    letters: [],
  })
})

test('organisers can act for people by any spelling of their address', async () => {
  expect(await findByAddress(world.deps(), ' ANNA@example.org')).toMatchObject({
    ok: true,
    value: { supporter: { email: 'anna@example.org' } },
  })
  await suppressByAddress(world.deps(), 'Anna@example.org', 'unsubscribed')
  expect(keys()).toEqual([`proof/${fingerprint}`])
  vi.setSystemTime(NOW + 5_000)
  await eraseByAddress(world.deps(), 'anna@example.org')
  expect(keys()).toEqual([])
  expect(await eraseByAddress(world.deps(), 'anna')).toEqual({ ok: false, error: 'no-domain' })
})

test('an address that never signed up can be suppressed', async () => {
  await suppressByAddress(world.deps(), 'boris@example.org', 'complained')
  const boris = await world.fingerprint('boris@example.org')
  expect(await world.suppression.admit(boris, NOW + 1)).toBe('left')
})
