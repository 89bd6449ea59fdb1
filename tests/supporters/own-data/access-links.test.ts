import { beforeEach, expect, test, vi } from 'vitest'
import { formStamp } from '../../../src/security/form-timestamp.ts'
import { issueToken, LIFETIME_MS } from '../../../src/security/token.ts'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import {
  accessTokens,
  parseLinkRequest,
  readAccess,
  sendAccessLinks,
} from '../../../src/supporters/own-data/access-links.ts'
import { changePreferences, MAX_PAUSE_MS, preferencesOf } from '../../../src/supporters/own-data/preferences.ts'
import { eraseSupporter } from '../../../src/supporters/unsubscribe.ts'
import { addressOf, supporterWorld, type World } from '../../support/supporter-world.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const DAY_MS = 86_400_000
const anna: Supporter = {
  email: addressOf('anna@example.org'),
  name: 'Anna',
  locales: ['ru'],
  topics: ['mining'],
  country: 'KZ',
  since: NOW - 1_000_000,
  consent: { wording: 'v1', at: NOW - 2_000_000, via: 'page' },
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

const settle = () => vi.setSystemTime(Date.now() + 120_000)

test('a request asks the mailbox alone, in the same way for a supporter and a stranger, four at once', async () => {
  for (const typed of ['boris@example.org', 'Anna@Example.org']) {
    const world = await supporterWorld()
    await world.store.put(fingerprint, anna)
    const reads = [
      vi.spyOn(world.suppression, 'status'),
      vi.spyOn(world.store, 'get'),
      vi.spyOn(world.store, 'getProof'),
    ]
    for (let n = 0; n < 6; n++) await sendAccessLinks(world.deps(), addressOf(typed), 'fr')
    const mail = { email: 'my-data', locale: 'fr', to: { address: addressOf(typed) } }
    expect(world.post.letters).toMatchObject([mail, mail, mail, mail])
    for (const read of reads) expect(read).not.toHaveBeenCalled()
  }
})

test('a request whose mail cannot be queued fails, for a stranger as for a supporter', async () => {
  const deps = { ...world.deps(), ask: () => Promise.reject(new Error('no mailbox queue')) }
  for (const typed of ['boris@example.org', 'anna@example.org'])
    await expect(sendAccessLinks(deps, addressOf(typed), 'fr')).rejects.toThrow('no mailbox queue')
})

test('a person erased while preferences are saved does not stay on the list', async () => {
  const replace = world.suppression.replaceRecord.bind(world.suppression)
  vi.spyOn(world.suppression, 'replaceRecord').mockImplementation(async (...record) => {
    await eraseSupporter(world.deps(), { fingerprint, mailbox: '' })
    return replace(...record)
  })
  const change = await changePreferences(world.deps(), fingerprint, { locales: 'ru', until: '2026-12-24' })
  expect(change).toEqual({ kind: 'gone', erased: true })
  expect(world.kv.entries.size).toBe(0)
  expect(world.suppression.pausedUntil(fingerprint)).toBeUndefined()
})

test('each of the three links is valid for its own purpose, for an hour', async () => {
  await sendAccessLinks(world.deps(), anna.email, 'fr')
  const values = world.post.letters[0]?.values ?? {}
  for (const purpose of ['preferences', 'erase', 'export'] as const) {
    const token = values[purpose]?.split('/').at(-1) ?? ''
    expect(await readAccess(world.deps(), purpose, token)).toEqual({
      ok: true,
      value: { fingerprint, mailbox: fingerprint, locale: 'fr', issuedAt: NOW },
    })
    for (const other of ['preferences', 'erase', 'export'] as const) {
      if (other !== purpose) expect((await readAccess(world.deps(), other, token)).ok).toBe(false)
    }
    vi.setSystemTime(NOW + LIFETIME_MS[purpose] + 1)
    expect(await readAccess(world.deps(), purpose, token)).toEqual({ ok: false, error: 'expired' })
    vi.setSystemTime(NOW)
  }
})

test('the tokens of a page expire together with the mailed link', async () => {
  const access = { fingerprint, locale: 'fr', issuedAt: NOW - 50 * 60_000 }
  const { erase } = await accessTokens(world.deps(), access)
  expect((await readAccess(world.deps(), 'erase', erase)).ok).toBe(true)
  vi.setSystemTime(NOW + 11 * 60_000)
  expect(await readAccess(world.deps(), 'erase', erase)).toEqual({ ok: false, error: 'expired' })
})

test('an unsubscribe link, which people forward, gives no access to data', async () => {
  const token = await issueToken(world.settings.keys, 'unsubscribe', { f: fingerprint, l: 'fr' }, NOW)
  for (const purpose of ['preferences', 'erase', 'export'] as const) {
    expect(await readAccess(world.deps(), purpose, token)).toEqual({ ok: false, error: 'malformed' })
  }
})

test('a request needs an address and, from Tocsin’s own page, its stamp', async () => {
  const stamp = await formStamp(world.settings.keys, NOW) // a browser filled it in at once
  expect(await parseLinkRequest(world.deps(), { email: 'Anna@example.org', stamp }, true)).toEqual({
    ok: true,
    value: 'anna@example.org',
  })
  expect(await parseLinkRequest(world.deps(), { email: '' }, true)).toEqual({
    ok: false,
    error: [
      { path: 'stamp', message: 'fault.stamp.missing' },
      { path: 'email', message: 'fault.email.empty' },
    ],
  })
})

test('preferences replace languages, topics and country and nothing else', async () => {
  const change = await changePreferences(world.deps(), fingerprint, { locales: ['kk', 'en'] })
  const { country: _, ...rest } = anna
  const expected = { ...rest, locales: ['kk', 'en'], topics: [] }
  expect(change).toEqual({ kind: 'shown', supporter: expected })
  settle()
  await world.suppression.alarm()
  settle()
  expect(await world.store.get(fingerprint)).toEqual(expected)
})

test('a pause ends on its day, can be lifted, and lasts at most a year', async () => {
  const pause = (until: string) => changePreferences(world.deps(), fingerprint, { locales: 'ru', until })
  expect(await pause('2026-12-24')).toMatchObject({ kind: 'shown', pausedUntil: Date.UTC(2026, 11, 24) })
  expect(world.suppression.pausedUntil(fingerprint)).toBe(Date.UTC(2026, 11, 24))
  const refused = [
    ['2026-11-22', 'past'],
    ['2020-01-01', 'past'],
    ['2026-02-30', 'unreadable'],
    ['tomorrow', 'unreadable'],
    [new Date(NOW + MAX_PAUSE_MS + DAY_MS).toISOString().slice(0, 10), 'too-late'],
  ] as const
  for (const [until, fault] of refused) {
    expect(await pause(until)).toMatchObject({
      kind: 'refused',
      faults: [{ path: 'until', message: `fault.until.${fault}` }],
    })
  }
  expect(world.suppression.pausedUntil(fingerprint)).toBe(Date.UTC(2026, 11, 24))
  expect(await pause('')).not.toHaveProperty('pausedUntil')
  expect(world.suppression.pausedUntil(fingerprint)).toBeUndefined()
})

test('preferences without a language are refused', async () => {
  expect(await changePreferences(world.deps(), fingerprint, {})).toMatchObject({
    kind: 'refused',
    faults: [{ path: 'locales', message: 'fault.locales.empty' }],
    current: { supporter: anna },
  })
})

test('a person who left cannot change preferences, also while KV still shows them', async () => {
  await world.suppression.suppress(fingerprint, 'unsubscribed', NOW)
  expect(await preferencesOf(world.deps(), fingerprint)).toEqual({ kind: 'gone', erased: false })
  await world.kv.delete(`supporter/${fingerprint}`)
  expect(await changePreferences(world.deps(), fingerprint, { locales: 'ru' })).toEqual({ kind: 'gone', erased: false })
  expect([...world.kv.entries.keys()]).toEqual([`proof/${fingerprint}`])
})
