import { beforeEach, expect, test, vi } from 'vitest'
import { readOptOut } from '../../src/security/opt-out.ts'
import { issueToken, LIFETIME_MS, redeemToken, type TokenFault } from '../../src/security/token.ts'
import { confirmToken, type PendingSignUp, signUpIn } from '../../src/supporter-list/pending-sign-up.ts'
import { type Confirmation, confirm } from '../../src/supporters/confirmation.ts'
import { changePreferences } from '../../src/supporters/own-data/preferences.ts'
import { unsubscribeSupporter } from '../../src/supporters/unsubscribe.ts'
import { addressOf, supporterWorld, type World } from '../support/supporter-world.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const MINUTE_MS = 60_000
const anna: PendingSignUp = {
  email: addressOf('anna@example.org'),
  name: 'Анна',
  locales: ['ru', 'en'],
  topics: ['mining'],
  country: 'KZ',
  campaign: 'irtysh-foundry',
  wording: 'v1',
  via: 'page',
}

let world: World
let fingerprint: string
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW })
  vi.setTimerTickMode('nextTimerAsync') // KV's pauses between tries pass at once
  world = await supporterWorld()
  fingerprint = await world.fingerprint(anna.email)
  return () => vi.useRealTimers()
})

const linkFor = (pending: PendingSignUp) => confirmToken(world.settings.keys, pending, Date.now())
/** Presses the button behind a link. */
async function press(link: string): Promise<Confirmation | { kind: TokenFault }> {
  const deps = world.deps()
  const redeemed = await redeemToken(deps.settings.keys, 'confirm', link, deps.now)
  if (!redeemed.ok) return { kind: redeemed.error }
  const signUp = signUpIn(redeemed.value)
  return signUp === null ? { kind: 'malformed' } : confirm(deps, signUp)
}
const stored = () => world.kv.entries.get(`supporter/${fingerprint}`)?.metadata
const unsubscribe = () => unsubscribeSupporter(world.deps(), { fingerprint, locale: 'ru' }, 'one-click')
/** The current state of KV, without its staleness. */
async function settled() {
  vi.setSystemTime(Date.now() + 2 * MINUTE_MS)
  await world.suppression.alarm()
  vi.setSystemTime(Date.now() + 2 * MINUTE_MS)
  return world.store.get(fingerprint)
}

test('confirming stores the record with its consent and sends a welcome with an unsubscribe link', async () => {
  const link = await linkFor(anna)
  vi.setSystemTime(NOW + 5_000)
  expect(await press(link)).toEqual({ kind: 'confirmed', locale: 'ru', campaign: 'irtysh-foundry' })
  const [welcome] = world.post.letters
  expect(welcome).toMatchObject({ email: 'welcome', locale: 'ru', to: { name: 'Анна', address: 'anna@example.org' } })
  const token = welcome?.values.unsubscribe?.split('/unsubscribe/')[1] ?? ''
  expect(await readOptOut(world.settings.keys, token, Date.now())).toEqual({
    ok: true,
    value: { fingerprint, locale: 'ru' },
  })
  expect(await settled()).toEqual({
    email: 'anna@example.org',
    name: 'Анна',
    locales: ['ru', 'en'],
    topics: ['mining'],
    country: 'KZ',
    since: NOW + 5_000,
    consent: { wording: 'v1', at: NOW, via: 'page' },
  })
})

test('a second press changes nothing, writes nothing and sends nothing', async () => {
  const link = await linkFor(anna)
  await press(link)
  const before = stored()
  for (const later of [2 * MINUTE_MS, 3 * 60 * MINUTE_MS, LIFETIME_MS.confirm]) {
    vi.setSystemTime(NOW + later)
    expect((await press(link)).kind).toBe('confirmed')
  }
  expect(stored()).toBe(before)
  expect(world.post.letters).toHaveLength(1)
})

test('two simultaneous presses, with KV behind, make one record and one welcome', async () => {
  const link = await linkFor(anna)
  const answers = await Promise.all([press(link), press(link)])
  expect(answers.map(({ kind }) => kind)).toEqual(['confirmed', 'confirmed'])
  expect(world.post.letters).toHaveLength(1)
  expect(world.kv.entries.size).toBe(1)
  expect((await settled())?.locales).toEqual(['ru', 'en'])
})

test('a press after a failure completes the confirmation', async () => {
  const link = await linkFor(anna)
  const post = vi.spyOn(world.post, 'post').mockRejectedValueOnce(new Error('object overloaded'))
  await expect(press(link)).rejects.toThrow('overloaded')
  expect(post).toHaveBeenCalledOnce()
  vi.setSystemTime(NOW + 2 * MINUTE_MS)
  await press(link)
  expect(world.post.of('welcome')).toHaveLength(1)
})

test('signing up again replaces the record but keeps `since`', async () => {
  await press(await linkFor(anna))
  vi.setSystemTime(NOW + 3_600_000)
  const { name: _, country: __, ...bare } = anna
  await press(await linkFor({ ...bare, locales: ['en'], topics: [] }))
  expect(await settled()).toEqual({
    email: 'anna@example.org',
    locales: ['en'],
    topics: [],
    since: NOW,
    consent: { wording: 'v1', at: NOW + 3_600_000, via: 'page' },
  })
})

test('an older link after a newer one does not restore older choices', async () => {
  const older = await linkFor(anna)
  vi.setSystemTime(NOW + 1)
  const newer = await linkFor({ ...anna, locales: ['en'] })
  await press(newer)
  vi.setSystemTime(NOW + 2 * MINUTE_MS)
  expect((await press(older)).kind).toBe('confirmed')
  expect((await settled())?.locales).toEqual(['en'])
  expect(world.post.of('welcome')).toHaveLength(1)
})

test('an older link changes nothing while KV is behind', async () => {
  const older = await linkFor(anna)
  vi.setSystemTime(NOW + 1)
  await press(await linkFor({ ...anna, locales: ['en'] }))
  vi.setSystemTime(NOW + 5_000)
  expect(await world.store.get(fingerprint)).toBeNull() // as KV shows it
  expect((await press(older)).kind).toBe('confirmed')
  expect((await settled())?.locales).toEqual(['en'])
  expect(world.post.of('welcome')).toHaveLength(1)
})

test.each([
  ['erased', 'left-since'],
  ['complained', 'complained'],
] as const)('a person %s while the confirmation is stored does not stay on the list', async (reason, kind) => {
  const link = await linkFor(anna)
  const admit = world.suppression.admit.bind(world.suppression)
  vi.spyOn(world.suppression, 'admit').mockImplementation(async (...admission) => {
    await world.suppression.suppress(fingerprint, reason, Date.now())
    return admit(...admission)
  })
  expect((await press(link)).kind).toBe(kind)
  expect(world.kv.entries.size).toBe(0)
  expect(world.post.letters).toEqual([])
})

test('a campaign that may not be mentioned is not linked', async () => {
  for (const status of ['under-review', 'expired', 'draft', undefined] as const) {
    if (status === undefined) world.campaigns.delete('irtysh-foundry')
    else world.campaigns.set('irtysh-foundry', status)
    expect(await press(await linkFor(anna))).toEqual({ kind: 'confirmed', locale: 'ru' })
  }
})

test('pressing the link again does not undo preferences changed since', async () => {
  const link = await linkFor(anna)
  await press(link)
  vi.setSystemTime(NOW + 2 * MINUTE_MS)
  await changePreferences(world.deps(), fingerprint, { locales: 'en' })
  vi.setSystemTime(NOW + 4 * MINUTE_MS)
  await press(link)
  expect((await settled())?.locales).toEqual(['en'])
})

test('a link issued before its owner left does not add them again; a new sign-up does', async () => {
  const link = await linkFor(anna)
  await press(link)
  vi.setSystemTime(NOW + 2 * MINUTE_MS)
  await unsubscribe()
  expect(await press(link)).toEqual({ kind: 'left-since', locale: 'ru' })
  expect(await settled()).toBeNull()
  expect(await press(await linkFor(anna))).toMatchObject({ kind: 'confirmed' })
  expect((await settled())?.email).toBe('anna@example.org')
  expect(world.suppression.suppressed.isEmpty()).toBe(true)
})

test('signing up after leaving is a new membership, also while KV shows the old one', async () => {
  await press(await linkFor(anna))
  vi.setSystemTime(NOW + 2 * MINUTE_MS)
  await unsubscribe()
  vi.setSystemTime(Date.now() + 1)
  const back = Date.now()
  await press(await linkFor(anna))
  expect((await settled())?.since).toBe(back)
  expect(world.post.of('welcome')).toHaveLength(2)
})

test('no link signs up a person who complained', async () => {
  await world.suppression.suppress(fingerprint, 'complained', NOW)
  vi.setSystemTime(NOW + 3_600_000)
  expect(await press(await linkFor(anna))).toEqual({ kind: 'complained', locale: 'ru' })
  expect(world.kv.entries.size).toBe(0)
  expect(world.post.letters).toEqual([])
})

test('forged, expired and re-purposed links and other payloads do nothing', async () => {
  const { keys } = world.settings
  const link = await linkFor(anna)
  expect(await press(`${link.slice(0, -1)}~`)).toEqual({ kind: 'malformed' })
  expect(await press(link.slice(0, -4))).toEqual({ kind: 'malformed' })
  expect(await press(await issueToken(keys, 'preferences', { f: fingerprint, l: 'en' }, NOW))).toEqual({
    kind: 'malformed',
  })
  expect(await press(await issueToken(keys, 'confirm', { email: 'anna@example.org' }, NOW))).toEqual({
    kind: 'malformed',
  })
  vi.setSystemTime(NOW + LIFETIME_MS.confirm + 1)
  expect(await press(link)).toEqual({ kind: 'expired' })
  expect(world.kv.entries.size).toBe(0)
})
