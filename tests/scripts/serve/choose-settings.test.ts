import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deployedVars } from '../../../scripts/local/server.ts'
import { chooseSettings, type Sources } from '../../../scripts/serve/choose-settings.ts'
import { probablyMeant, settingNames } from '../../../scripts/serve/setting-names.ts'
import { parseSettings } from '../../../src/env.ts'
import { drivers } from '../../../src/transports/drivers.gen.ts'
import { TEST_SETTINGS } from '../../settings.ts'

const known = settingNames()
const from = (sources: Partial<Sources>): Sources => ({ wrangler: {}, devVars: {}, shell: {}, typed: {}, ...sources })

const TRANSPORTS = ['BULK_TRANSPORT', 'TRANSACTIONAL_TRANSPORT', 'BULK_FALLBACK_TRANSPORT']

/** The strongest first. */
const PLACES = ['typed', 'shell', 'devVars', 'wrangler'] as const

/** Settings of a deployment that sends, in any of the places they may stand in. */
const sending = fc.record(
  {
    ...Object.fromEntries(
      TRANSPORTS.map((name) => [name, fc.constantFrom(...drivers.map((one) => one.name), ' smtp ')]),
    ),
    SMTP_URL: fc.constant('smtp://127.0.0.1:2525'),
    RESEND_API_KEY: fc.constant('re_key'),
    PUBLIC_URL: fc.constantFrom('https://act.example.org', 'http://127.0.0.1:8787', 'https://tunnel.example'),
    TURNSTILE_SITE_KEY: fc.constant('key'),
    TURNSTILE_SECRET: fc.constant('secret'),
    TURNSTILE_URL: fc.constantFrom(
      'http://127.0.0.1:9000',
      'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    ),
  },
  { requiredKeys: [] },
)

test('without the flag, no settings in any place make mail or a question leave this machine', async () => {
  const places = fc.record({ wrangler: sending, devVars: sending, shell: sending, typed: sending })
  await fc.assert(
    fc.asyncProperty(places, async (sources) => {
      const { settings, unused } = chooseSettings(sources, known, false)
      const parsed = await parseSettings({ ...TEST_SETTINGS, ...settings })
      const { transports, turnstile, loopback } = parsed.settings ?? { transports: {} }
      expect(Object.values(transports).map(({ name }) => name)).toEqual(['outbox', 'outbox'])
      expect(turnstile === undefined || turnstile.url.startsWith('http://127.0.0.1')).toBe(true)
      expect(loopback).toBe(true)
      const chosen = TRANSPORTS.map((name) =>
        PLACES.map((place) => new Map<string, string>(Object.entries(sources[place])).get(name)).find(Boolean),
      )
      const real = TRANSPORTS.filter((_, n) => chosen[n] !== undefined && chosen[n] !== 'outbox')
      expect(TRANSPORTS.filter((name) => unused.some((line) => line.startsWith(`${name} `)))).toEqual(real)
    }),
    { numRuns: 100 },
  )
})

test('with the flag, the transports count, and each place wins over the one before', () => {
  const order = ['wrangler', 'devVars', 'shell', 'typed'] as const
  for (const [n, place] of order.entries()) {
    const sources = from(Object.fromEntries(order.slice(0, n + 1).map((one) => [one, { BULK_TRANSPORT: one }])))
    const { settings, unused, fromShell } = chooseSettings(sources, known, true)
    expect(settings).toEqual({ BULK_TRANSPORT: place })
    expect(unused).toEqual([])
    expect(fromShell).toEqual(place === 'shell' ? ['BULK_TRANSPORT'] : [])
  }
})

test('the shell counts by names of settings only, and never by empty ones or the address of the deployment’s links', () => {
  const shell = {
    PATH: '/bin',
    HOME: '/',
    SMTP_USER: '',
    TOCSIN_TOKEN: 'tocsin_x',
    TOCSIN_URL: 'https://act.example.org',
  }
  const { settings, fromShell } = chooseSettings(from({ shell: { ...shell, REQUIRE_APPROVAL: 'yes' } }), known, false)
  expect(fromShell).toEqual(['REQUIRE_APPROVAL'])
  expect(Object.keys(settings).sort()).toEqual(['BULK_TRANSPORT', 'REQUIRE_APPROVAL', 'TRANSACTIONAL_TRANSPORT'])
  expect(chooseSettings(from({ wrangler: { PUBLIC_URL: 'https://act.example.org' } }), known, true).settings).toEqual(
    {},
  )
})

test('a name that is no setting is reported with the name that was probably meant', () => {
  const { unknown } = chooseSettings(
    from({ devVars: { SMPT_URL: 'x', TOCSIN_TOKEN: 'x' }, wrangler: { REPLYTO: 'x' }, typed: { COLOUR: 'red' } }),
    known,
    false,
  )
  expect(unknown).toEqual([
    'REPLYTO of wrangler.toml is no setting: did you mean REPLY_TO?',
    'SMPT_URL of .dev.vars is no setting: did you mean SMTP_URL?',
    'COLOUR of --var is no setting: .dev.vars.example lists all settings',
  ])
})

test('any setting with one letter wrong, missing, too many or swapped is recognised', () => {
  const typos = fc
    .tuple(fc.constantFrom(...known), fc.nat(), fc.constantFrom('wrong', 'missing', 'extra', 'swapped'))
    .map(([name, where, kind]) => {
      const at = where % (name.length - 1)
      const [before, here, next, after] = [name.slice(0, at), name[at], name[at + 1], name.slice(at + 2)]
      const changed = { wrong: `Q${next}`, missing: next, extra: `${here}Q${next}`, swapped: `${next}${here}` }[kind]
      return { name, typed: `${before}${changed}${after}` }
    })
    .filter(({ typed }) => !known.has(typed))
  fc.assert(
    fc.property(typos, ({ typed }) => {
      expect(probablyMeant(typed, known)).toBeDefined()
    }),
  )
  expect(probablyMeant('SENDER_ADRESS', known)).toBe('SENDER_ADDRESS')
  expect(probablyMeant('COLOUR', known)).toBeUndefined()
})

test('.dev.vars.example has every setting that the Worker reads, and no other', async () => {
  const read = new Set<string>()
  const recording = new Proxy({}, { get: (_, name) => void read.add(String(name)) })
  await parseSettings(recording)
  for (const driver of drivers) driver.configure(recording)
  read.delete('EMAIL') // a binding
  const LIMITS = /_(CALLS_PER_SECOND|MAILS_PER_DAY|WARM_UP_SINCE|WEBHOOK_SECRET)$/ // read by their beginning
  expect([...known].filter((name) => !LIMITS.test(name) && name !== 'TOCSIN_TOKEN').sort()).toEqual([...read].sort())
  for (const { name } of drivers) expect(known).toContain(`${name.toUpperCase()}_MAILS_PER_DAY`)
})

test('[vars] of wrangler.toml in this clone are all settings', async () => {
  const wrangler = await deployedVars()
  expect(Object.keys(wrangler)).not.toEqual([])
  expect(chooseSettings(from({ wrangler }), known, false)).toMatchObject({ unknown: [], unused: [] })
})
