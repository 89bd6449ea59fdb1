import { expect, test } from 'vitest'
import { keyring } from '../../src/security/keyring.ts'
import { optOutToken, readOptOut } from '../../src/security/opt-out.ts'
import { issueToken } from '../../src/security/token.ts'
import { keysOf } from '../support/keys.ts'

const NOW = Date.UTC(2026, 10, 22)
const CENTURY_MS = 100 * 365 * 24 * 60 * 60 * 1_000
const keys = keysOf('a')
const fingerprint = '0123456789abcdef'.repeat(2)

test('an unsubscribe link works for as long as the mail exists', async () => {
  const token = await optOutToken(keys, { fingerprint, dispatch: 'd1', locale: 'kk' }, NOW)
  expect(await readOptOut(keys, token, NOW + CENTURY_MS)).toEqual({
    ok: true,
    value: { fingerprint, dispatch: 'd1', locale: 'kk' },
  })
})

test('a bulk mail made again has the same link; each person has a different link', async () => {
  const link = (of: string) => optOutToken(keys, { fingerprint: of, dispatch: 'd1', locale: 'en' }, NOW, 'a')
  expect(await link(fingerprint)).toBe(await link(fingerprint))
  expect(await link(fingerprint)).not.toBe(await link('f'.repeat(32)))
})

test('a sealed payload of another shape is malformed', async () => {
  for (const payload of [
    null,
    {},
    { f: 'anna@example.org', l: 'en' },
    { f: fingerprint },
    { f: fingerprint, l: 'en', x: 1 },
  ]) {
    const token = await issueToken(keys, 'unsubscribe', payload, NOW)
    expect(await readOptOut(keys, token, NOW)).toEqual({ ok: false, error: 'malformed' })
  }
})

test('a link of an earlier version is made again byte for byte, because unanswered calls are repeated after a deploy', async () => {
  const fixed = keyring([{ id: 'a', bytes: new Uint8Array(32).fill(1) }])
  expect(await optOutToken(fixed, { fingerprint, dispatch: 'd1', locale: 'en' }, 1_800_000_000_000, 'a')).toBe(
    'AWFZc278AhYEMtfGRdPjCz_B1NrV11Zmq_z4jLP9_TsVAxe0vY6s-CXXAW2fIZx-uqSMuk44tnkH1OEwPbXgr0RkTMcApvHzlIPl-LVe35eNCE8Mmjm2pBdTZE9rRtCRYD0lxb9_vKo',
  )
})
