import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { banner } from '../../../scripts/serve/banner.ts'
import { readClock } from '../../../scripts/serve/local-clock.ts'
import { faultsIn, oneAtATime } from '../../../scripts/serve/rebuild.ts'

const NOW = Date.parse('2026-12-01T10:00:00Z')
const DAY_MS = 86_400_000

test('the clock is set ahead or to a local time; anything else is refused with what is expected', () => {
  for (const [typed, at] of [
    ['+2 days', NOW + 2 * DAY_MS],
    ['+1 day', NOW + DAY_MS],
    ['+ 3 hours', NOW + DAY_MS / 8],
    ['+30 minutes', NOW + DAY_MS / 48],
    ['+1 week', NOW + 7 * DAY_MS],
    ['+2 days 10 hours', NOW + 2 * DAY_MS + 10 * 3_600_000],
    ['+1 week, 2 days and 3 hours', NOW + 9 * DAY_MS + DAY_MS / 8],
    ['+1 hour + 30 minutes', NOW + DAY_MS / 16],
    ['2026-12-05T08:00', new Date(2026, 11, 5, 8).getTime()],
    ['2026-12-05 08:00', new Date(2026, 11, 5, 8).getTime()],
    ['2026-12-05', new Date(2026, 11, 5).getTime()],
    ['2026-12-05T08:00+03:00', Date.parse('2026-12-05T05:00Z')],
  ] as const)
    expect([typed, readClock(typed, NOW)]).toEqual([typed, at])
  for (const typed of [
    '',
    '2 days',
    '-2 days',
    '+2',
    '+2 fortnights',
    '+2 days 10',
    '+2 days -1 hour',
    '05.12.2026',
    '2026-13-05',
    '8:00',
    'tomorrow',
  ])
    expect(() => readClock(typed, NOW), typed).toThrow(`--clock ${typed}: expected '+2 days'`)
})

const chosen = { settings: {}, fromShell: [], unused: [], unknown: [] }
const text = (settings: Record<string, string>, forReal: boolean, more: object = {}) =>
  banner({
    url: 'http://127.0.0.1:8790',
    token: 't',
    state: '.tocsin/state',
    chosen: { ...chosen, settings, ...more },
    forReal,
  })

test('the start message says whether mail leaves, by what, and only offers an outbox that exists', () => {
  const outbox = { BULK_TRANSPORT: 'outbox', TRANSACTIONAL_TRANSPORT: 'outbox' }
  expect(text(outbox, false)).toMatch(/Open the outbox[\s\S]*No mail leaves this machine\./)
  expect(text(outbox, true)).toContain('--send-for-real changes nothing')
  const real = text({ BULK_TRANSPORT: 'ses', TRANSACTIONAL_TRANSPORT: 'smtp', BULK_FALLBACK_TRANSPORT: 'brevo' }, true)
  expect(real).toContain('MAIL IS SENT FOR REAL: appeals by ses, single mails by smtp, appeals in a failover by brevo.')
  expect(real).not.toMatch(/outbox|No mail leaves/)
  expect(text({ ...outbox, BULK_TRANSPORT: 'ses' }, true)).toMatch(
    /Open the outbox[\s\S]*appeals by ses, single mails by outbox/,
  )
})

test('the start message names the port for the commands, and the settings that came from the shell', () => {
  const shown = text({}, false, {
    fromShell: ['LOCALES', 'REPLY_TO'],
    unknown: ['SMPT_URL of .dev.vars is no setting'],
  })
  expect(shown).toContain('--url http://127.0.0.1:8790')
  expect(shown).toContain('From the shell: LOCALES, REPLY_TO.\nSMPT_URL of .dev.vars is no setting')
})

test('the start message says which languages are not offered yet', () => {
  const running = { url: 'http://127.0.0.1:8787', token: 't', state: '.tocsin/state', chosen, forReal: false }
  expect(banner({ ...running, notOffered: ['lv is not offered yet: 3 of 604 texts missing.'] })).toContain(
    '\nlv is not offered yet: 3 of 604 texts missing.\n',
  )
  expect(banner(running)).not.toContain('offered')
})

test('any number of changes during a build cause one more build', async () => {
  let builds = 0
  const soon = oneAtATime(async () => {
    builds++
    await delay(20)
  })
  const first = soon()
  for (let n = 0; n < 14; n++) void soon()
  await first
  expect(builds).toBe(2)
  await soon()
  expect(builds).toBe(3)
})

test('a failed build is told by its faults and their places alone', () => {
  const output = `The Worker could not be built.

\u001B[31m✘ \u001B[41;31m[\u001B[41;97mERROR\u001B[41;31m]\u001B[0m \u001B[1mBuild failed with 2 errors:\u001B[0m

  ✘ [ERROR] Unexpected end of file

      src/app.tsx:113:0:
        113 │
            ╵ ^

  ✘ [ERROR] Could not resolve "./gone.ts" [plugin resolve]

      src/web/layout.tsx:3:22:
        3 │ import { x } from './gone.ts'`
  expect(faultsIn(new Error(output))).toBe(
    'src/app.tsx:113:0: Unexpected end of file\nsrc/web/layout.tsx:3:22: Could not resolve "./gone.ts"',
  )
  expect(faultsIn(new Error('campaigns/x/en.md:3: found nothing'))).toBe('campaigns/x/en.md:3: found nothing')
})
