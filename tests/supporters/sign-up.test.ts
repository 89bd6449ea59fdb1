import * as fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { TOPICS } from '../../src/campaigns/definition.ts'
import { holdsLink } from '../../src/kit/links/links.ts'
import { pageStrings } from '../../src/kit/page-strings.gen.ts'
import { MAX_NAME_CHARS, plainName } from '../../src/kit/person-name.ts'
import { AUTOFILL_MS, formStamp } from '../../src/security/form-timestamp.ts'
import { MAX_TOKEN_CHARS, redeemToken } from '../../src/security/token.ts'
import { signUpIn } from '../../src/supporter-list/pending-sign-up.ts'
import { type SignUpSource, signUp } from '../../src/supporters/sign-up.ts'
import { CONSENT_VERSION } from '../../src/web/consent.tsx'
import { keysOf } from '../support/keys.ts'
import { supporterWorld, type World } from '../support/supporter-world.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const json: SignUpSource = { locale: 'en', via: 'json', stamped: false }
const page: SignUpSource = { locale: 'kk', via: 'page', stamped: true }
const LONGEST = `${'a'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(57)}.org`

let world: World
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW })
  world = await supporterWorld()
  return () => vi.useRealTimers()
})

const tokenOf = (n: number) => world.post.of('confirm')[n]?.values.confirm?.split('/confirm/')[1] ?? ''
const pendingOf = async (n: number) => {
  const read = await redeemToken(world.settings.keys, 'confirm', tokenOf(n), Date.now())
  const found = read.ok ? signUpIn(read.value) : null
  if (found === null) throw new Error('this link holds no sign-up')
  return found.pending
}
const faultsOf = async (fields: object, source = json) => {
  const asked = await signUp(world.deps(), { ...fields }, source)
  return asked.kind === 'refused' ? asked.faults.map(({ message }) => message) : asked.kind
}

test('the confirmation link contains the whole sign-up, and nothing is stored', async () => {
  const fields = {
    email: ' Anna@Example.org',
    name: 'Anna',
    locales: ['kk', 'ru', 'kk'],
    topics: ['mining', 'media'],
    country: 'KZ',
    campaign: 'irtysh-foundry',
  }
  expect(await signUp(world.deps(), fields, json)).toEqual({ kind: 'asked' })
  expect(await pendingOf(0)).toEqual({
    email: 'anna@example.org',
    name: 'Anna',
    locales: ['kk', 'ru'],
    topics: ['mining', 'media'],
    country: 'KZ',
    campaign: 'irtysh-foundry',
    wording: CONSENT_VERSION,
    via: 'json',
  })
  expect(world.kv.entries.size).toBe(0)
})

test('the confirmation uses the first chosen language and contains no typed text', async () => {
  await signUp(world.deps(), { email: 'anna@example.org', name: 'Buy evil things', locales: ['ru', 'en'] }, json)
  const [letter] = world.post.of('confirm')
  expect(letter?.locale).toBe('ru')
  expect(letter?.to).toEqual({ address: 'anna@example.org' })
  expect(JSON.stringify(letter)).not.toContain('evil')
})

test('an address is enough: the language is that of the page', async () => {
  await signUp(
    world.deps(),
    { email: 'anna@example.org', name: '', locales: '', topics: '', country: '', campaign: '' },
    { ...json, locale: 'kk' },
  )
  expect(await pendingOf(0)).toEqual({
    email: 'anna@example.org',
    locales: ['kk'],
    topics: [],
    wording: CONSENT_VERSION,
    via: 'json',
  })
})

test('each wrong field is reported once, with a text that exists in every language', async () => {
  const fields = {
    email: 'anna',
    name: 'x'.repeat(10_000),
    locales: ['en', 'tlh', 'xx'],
    topics: 'cooking',
    country: 'Kazakhstan',
    campaign: 'irtysh-foundry',
  }
  const asked = await signUp(world.deps(), fields, json)
  expect(asked).toEqual({
    kind: 'refused',
    faults: [
      { path: 'email', message: 'fault.email.no-domain' },
      { path: 'name', message: 'fault.name.too-long' },
      { path: 'locales', message: 'fault.locales.unknown' },
      { path: 'topics', message: 'fault.topics.unknown' },
      { path: 'country', message: 'fault.country.unknown' },
    ],
  })
  expect(await faultsOf({ email: 'anna@example.org', campaign: 'no-such' })).toEqual(['fault.campaign.unknown'])
  expect(await faultsOf({ email: 'anna@example.org', campaign: '../x' })).toEqual(['fault.campaign.unknown'])
  expect(world.post.letters).toEqual([])
})

test('values of another type than text are refused, not converted', async () => {
  expect(await faultsOf({})).toEqual(['fault.email.empty'])
  expect(await faultsOf({ email: null })).toEqual(['fault.email.no-domain'])
  expect(await faultsOf({ email: ['a@example.org', 'b@example.org'] })).toEqual(['fault.email.no-domain'])
  const rest = { name: { first: 'A' }, locales: { 0: 'en' }, topics: 7, country: ['KZ'], campaign: 1 }
  expect(await faultsOf({ email: 'anna@example.org', ...rest })).toEqual([
    'fault.name.unknown',
    'fault.locales.unknown',
    'fault.topics.unknown',
    'fault.country.unknown',
    'fault.campaign.unknown',
  ])
})

test('all field messages exist in every language of the pages', async () => {
  const keys = [
    'email.empty',
    'email.too-long',
    'email.no-domain',
    'email.local-part',
    'email.domain',
    'name.too-long',
    'name.unknown',
    'name.link',
    'sentence.link',
    'locales.unknown',
    'locales.empty',
    'topics.unknown',
    'country.unknown',
    'campaign.unknown',
    'stamp.missing',
    'stamp.too-fast',
    'stamp.expired',
    'turnstile.failed',
    'until.past',
    'until.too-late',
    'until.unreadable',
  ]
  for (const strings of Object.values(pageStrings)) {
    expect(keys.filter((key) => strings[`fault.${key}`] === undefined)).toEqual([])
    expect(strings).toHaveProperty([`consent.${CONSENT_VERSION}`])
  }
})

test('names keep every script and lose line breaks, direction overrides and broken characters', async () => {
  const typed = ' Әсем\u202E \r\nBcc: x\u2066 {{ name }} &lt;mj-raw\uD800 أمل\u0000 '
  await signUp(world.deps(), { email: 'anna@example.org', name: typed }, json)
  expect((await pendingOf(0)).name).toBe('Әсем Bcc: x {{ name }} &lt;mj-raw أمل')
})

test('a sign-up with any name is refused, or its link has at most 1,000 characters and contains the name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), async (name) => {
      world = await supporterWorld()
      const asked = await signUp(world.deps(), { email: LONGEST, name }, json)
      if (asked.kind === 'refused')
        expect(asked.faults).toEqual([
          { path: 'name', message: holdsLink(plainName(name)) ? 'fault.name.link' : 'fault.name.too-long' },
        ])
      else {
        expect(tokenOf(0).length).toBeLessThanOrEqual(MAX_TOKEN_CHARS)
        expect((await pendingOf(0)).name ?? '').toBe(plainName(name))
      }
    }),
  )
})

test('the longest legal sign-up fits into a link', async () => {
  const fields = {
    email: LONGEST,
    name: '語'.repeat(MAX_NAME_CHARS),
    locales: ['en', 'ru', 'fr', 'es', 'kk', 'ar'],
    topics: [...TOPICS],
    country: 'KZ',
    campaign: 'irtysh-foundry',
  }
  expect(await signUp(world.deps(), fields, { ...json, via: 'https://partner.example.org' })).toEqual({ kind: 'asked' })
  expect(tokenOf(0).length).toBeGreaterThan(900)
  expect(tokenOf(0).length).toBeLessThanOrEqual(MAX_TOKEN_CHARS)
  expect(await pendingOf(0)).toMatchObject(fields)
})

test('a sign-up with a too long link is refused because of its name', async () => {
  const far = { ...json, via: `https://${'d'.repeat(200)}.example.org` }
  expect(await faultsOf({ email: LONGEST, name: '語'.repeat(MAX_NAME_CHARS) }, far)).toEqual(['fault.name.too-long'])
})

test('a filled honeypot looks like success and does nothing', async () => {
  expect(await faultsOf({ email: 'not even an address', website: 'https://spam.example' }, page)).toBe('asked')
  expect(world.post.letters).toEqual([])
})

test('Tocsin’s own form must be between 0.7 seconds and one day old: a browser may fill it in', async () => {
  const { keys } = world.settings
  const sent = async (stamp?: string) =>
    faultsOf({ email: 'anna@example.org', ...(stamp !== undefined && { stamp }) }, page)
  expect(await sent()).toEqual(['fault.stamp.missing'])
  expect(await sent('AAAA')).toEqual(['fault.stamp.missing'])
  expect(await sent(await formStamp(keysOf('z'), NOW - AUTOFILL_MS))).toEqual(['fault.stamp.missing'])
  expect(await sent(await formStamp(keys, NOW - AUTOFILL_MS + 1))).toEqual(['fault.stamp.too-fast'])
  expect(await sent(await formStamp(keys, NOW - 24 * 3_600_000 - 1))).toEqual(['fault.stamp.expired'])
  expect(world.post.letters).toEqual([])
  expect(await sent(await formStamp(keys, NOW - AUTOFILL_MS))).toBe('asked')
})

test('Turnstile is checked last and decides', async () => {
  const isHuman = vi.fn(async () => false)
  expect(await faultsOf({ email: 'anna' }, { ...json, isHuman })).toEqual(['fault.email.no-domain'])
  expect(isHuman).not.toHaveBeenCalled()
  expect(await faultsOf({ email: 'anna@example.org' }, { ...json, isHuman })).toEqual(['fault.turnstile.failed'])
  expect(world.post.letters).toEqual([])
  isHuman.mockResolvedValue(true)
  expect(await faultsOf({ email: 'anna@example.org' }, { ...json, isHuman })).toBe('asked')
})

test('a mailbox gets four confirmations at once and one an hour, whatever tags and dots its address has', async () => {
  const spellings = ['anna@gmail.com', 'a.n.n.a@gmail.com', 'anna+1@gmail.com', 'ANNA+2@googlemail.com']
  for (const email of [...spellings, 'an.na+3@gmail.com', 'anna+4@gmail.com']) {
    expect(await faultsOf({ email })).toBe('asked')
  }
  expect(world.post.of('confirm')).toHaveLength(4)
  vi.advanceTimersByTime(3_600_000)
  expect(await faultsOf({ email: 'anna+5@gmail.com' })).toBe('asked')
  expect(world.post.of('confirm')).toHaveLength(5)
})

test.each(['under-review', 'expired'] as const)(
  'a campaign that is %s is left out of the sign-up, which works',
  async (status) => {
    world.campaigns.set('irtysh-foundry', status)
    expect(await faultsOf({ email: 'anna@example.org', campaign: 'irtysh-foundry' })).toBe('asked')
    expect(world.post.of('confirm')[0]).not.toHaveProperty('campaign')
    expect(await pendingOf(0)).not.toHaveProperty('campaign')
  },
)

test('a draft campaign counts as unknown', async () => {
  world.campaigns.set('irtysh-foundry', 'draft')
  expect(await faultsOf({ email: 'anna@example.org', campaign: 'irtysh-foundry' })).toEqual(['fault.campaign.unknown'])
})

test.each(['support@paypal.com', 'https://evil.example/win', 'Anna <b>', 'casino.top'])(
  'the name “%s” is refused with one sentence, and no mail goes',
  async (name) => {
    const asked = await signUp(world.deps(), { email: 'anna@example.org', name }, json)
    expect(asked).toEqual({ kind: 'refused', faults: [{ path: 'name', message: 'fault.name.link' }] })
    expect(world.post.of('confirm')).toEqual([])
  },
)
