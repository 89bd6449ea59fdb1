import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  issueToken,
  LIFETIME_MS,
  MAX_TOKEN_CHARS,
  type Purpose,
  redeemAny,
  redeemToken,
} from '../../src/security/token.ts'
import { keysOf } from '../support/keys.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const keys = keysOf('a')
const purposes = Object.keys(LIFETIME_MS) as Purpose[]

test('a token returns its payload and its time of issue', async () => {
  const token = await issueToken(keys, 'confirm', { f: 'x' }, NOW)
  expect(token).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(await redeemToken(keys, 'confirm', token, NOW + 1)).toEqual({
    ok: true,
    value: { issuedAt: NOW, payload: { f: 'x' } },
  })
})

test('a token opens only for its own purpose', async () => {
  for (const purpose of purposes) {
    const token = await issueToken(keys, purpose, 'x', NOW)
    for (const other of purposes) {
      expect((await redeemToken(keys, other, token, NOW)).ok).toBe(other === purpose)
    }
  }
})

test('a token opens for its own purpose among several, in any order', async () => {
  const token = await issueToken(keys, 'letter', 'x', NOW)
  for (const several of [
    ['confirm', 'letter'],
    ['letter', 'confirm'],
  ] as const) {
    expect(await redeemAny(keys, several, token, NOW)).toEqual({
      ok: true,
      value: { issuedAt: NOW, payload: 'x', purpose: 'letter' },
    })
    const late = NOW + LIFETIME_MS.letter + 1
    expect(await redeemAny(keys, several, token, late)).toEqual({ ok: false, error: { expired: 'letter' } })
  }
  expect(await redeemAny(keys, ['confirm', 'voice'], token, NOW)).toEqual({ ok: false, error: 'malformed' })
})

test('a token is valid to its last millisecond and then expired, not malformed', async () => {
  for (const purpose of purposes) {
    const token = await issueToken(keys, purpose, 'x', NOW)
    const last = Math.min(NOW + LIFETIME_MS[purpose], Date.UTC(2126, 0))
    expect((await redeemToken(keys, purpose, token, last)).ok).toBe(true)
    if (['unsubscribe', 'stop', 'no-more'].includes(purpose)) continue // for as long as the mail exists
    expect(await redeemToken(keys, purpose, token, last + 1)).toEqual({ ok: false, error: 'expired' })
  }
})

test('a token with any character changed, cut or added is malformed', async () => {
  const token = await issueToken(keys, 'confirm', { f: 'x' }, NOW)
  const broken = [...token].flatMap((char, at) => [
    token.slice(0, at) + (char === 'A' ? 'B' : 'A') + token.slice(at + 1),
    token.slice(0, at),
  ])
  for (const forged of [...broken, `${token}A`, `${token}=`, ` ${token}`, `${token}/..`, token.toUpperCase()]) {
    expect(await redeemToken(keys, 'confirm', forged, NOW)).toEqual({ ok: false, error: 'malformed' })
  }
})

test('each token has one spelling: unused bits of its last character must be zero', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (const payload of ['', 'x', 'xx']) {
    const token = await issueToken(keys, 'confirm', payload, NOW)
    const spellings = [...alphabet].map((last) => token.slice(0, -1) + last)
    const opened = await Promise.all(spellings.map((spelling) => redeemToken(keys, 'confirm', spelling, NOW)))
    expect(opened.filter(({ ok }) => ok)).toHaveLength(1)
  }
})

test('invented tokens of any shape and length are malformed, never an exception', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]*$/), fc.base64String({ maxLength: 2_000 })),
      async (text) => {
        expect(await redeemToken(keys, 'confirm', text, NOW)).toEqual({ ok: false, error: 'malformed' })
      },
    ),
  )
  expect(await redeemToken(keys, 'confirm', 'A'.repeat(MAX_TOKEN_CHARS + 1), NOW)).toEqual({
    ok: false,
    error: 'malformed',
  })
})

test('a token of another deployment or of a removed key is malformed; a token of a retired key works', async () => {
  const token = await issueToken(keysOf('a'), 'unsubscribe', 'x', NOW)
  expect((await redeemToken(keysOf('b'), 'unsubscribe', token, NOW)).ok).toBe(false)
  expect((await redeemToken(keysOf('b', 'a'), 'unsubscribe', token, NOW)).ok).toBe(true)
})

test('two tokens with equal payloads differ, unless they are for the same mail', async () => {
  const fixed = { keyId: 'a', derivedFrom: 'dispatch/1' }
  expect(await issueToken(keys, 'unsubscribe', 'x', NOW)).not.toBe(await issueToken(keys, 'unsubscribe', 'x', NOW))
  expect(await issueToken(keys, 'unsubscribe', 'x', NOW, fixed)).toBe(
    await issueToken(keys, 'unsubscribe', 'x', NOW, fixed),
  )
})

test('a fixed token stays the same after a rotation and differs by person, dispatch and time', async () => {
  const fixed = { keyId: 'a', derivedFrom: 'dispatch/1' }
  const token = await issueToken(keys, 'unsubscribe', 'x', NOW, fixed)
  expect(await issueToken(keysOf('b', 'a'), 'unsubscribe', 'x', NOW, fixed)).toBe(token)
  expect(await issueToken(keys, 'unsubscribe', 'y', NOW, fixed)).not.toBe(token)
  expect(await issueToken(keys, 'unsubscribe', 'x', NOW + 1, fixed)).not.toBe(token)
  expect(await issueToken(keys, 'unsubscribe', 'x', NOW, { ...fixed, derivedFrom: 'dispatch/2' })).not.toBe(token)
})

test('a fixed token without its key throws an error that names the missing key', async () => {
  const fixed = { keyId: 'a', derivedFrom: 'dispatch/1' }
  await expect(issueToken(keysOf('b'), 'unsubscribe', 'x', NOW, fixed)).rejects.toThrow('KEYRING has no key a')
})
