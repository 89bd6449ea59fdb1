import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/kit/bytes.ts'
import { findApiToken, hasScope, parseApiTokens } from '../../src/security/bearer.ts'

const hashes = { organiser: await sha256Hex('organiser-secret'), reader: await sha256Hex('reader-secret') }
const tokens = parseApiTokens(`organiser:publish+send:${hashes.organiser}, reader:read:${hashes.reader}`) ?? []

test('an API token is found by its hash', async () => {
  expect((await findApiToken('organiser-secret', tokens))?.name).toBe('organiser')
  expect((await findApiToken('reader-secret', tokens))?.name).toBe('reader')
})

test('a wrong, empty or similar token, or the hash itself, is refused', async () => {
  for (const presented of [
    '',
    'organiser',
    'organiser-secre',
    'organiser-secret ',
    'ORGANISER-SECRET',
    hashes.organiser,
  ]) {
    expect(await findApiToken(presented, tokens)).toBeNull()
  }
  expect(await findApiToken('organiser-secret', [])).toBeNull()
})

test('a token has the rights of its scopes; admin has all rights', () => {
  const [organiser, reader] = tokens
  const [admin] = parseApiTokens(`root:admin:${hashes.reader}`) ?? []
  if (!organiser || !reader || !admin) throw new Error('tokens did not parse')
  expect([hasScope(organiser, 'send'), hasScope(organiser, 'publish'), hasScope(organiser, 'supporters')]).toEqual([
    true,
    true,
    false,
  ])
  expect([hasScope(reader, 'read'), hasScope(reader, 'send')]).toEqual([true, false])
  expect(hasScope(admin, 'supporters')).toBe(true)
})

test('a list with one malformed token is refused as a whole', () => {
  const hash = hashes.reader
  const faulty = [
    '',
    'reader',
    `reader:read:${hash.slice(1)}`,
    `reader:read:${hash}0`,
    `reader:read:${hash.toUpperCase()}`,
    `reader::${hash}`,
    `reader:red:${hash}`,
    `reader:read+red:${hash}`,
    `reader:read+read:${hash}`,
    `Reader:read:${hash}`,
    `:read:${hash}`,
    `a:read:${hash},`,
    `a:read:${hash},a:send:${hash}`,
  ]
  for (const text of faulty) expect(`${text}: ${parseApiTokens(text)}`).toBe(`${text}: null`)
})
