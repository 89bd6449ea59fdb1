import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { withVar } from '../../src/cli/dev-vars.ts'
import { mintKeys } from '../../src/cli/keys.ts'
import { findApiToken, parseApiTokens } from '../../src/security/bearer.ts'
import { tocsin } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-tokens-'))
const vars = join(folder, '.dev.vars')
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => rmSync(vars, { force: true }))

const run = (args: string[], env: Record<string, string> = {}) => tocsin(args, env, folder)
const { token: first, ...keys } = mintKeys()

function writeVars(): void {
  const settings = { SENDER_NAME: 'Tocsin', ...keys, TOCSIN_TOKEN: first }
  writeFileSync(
    vars,
    Object.entries(settings)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(''),
  )
}

test('tokens add makes a token that works, prints it once, and touches no key', async () => {
  writeVars()
  const { status, out } = await run(['tokens', 'add', 'maria', '--scopes', 'read,send'])
  const [, token = ''] = /TOCSIN_TOKEN=(\S+)/.exec(out) ?? []
  expect([status, out.split(token).length]).toEqual([0, 2])
  const text = readFileSync(vars, 'utf8')
  const found = parseEnv(text)
  expect(found).toMatchObject({ KEYRING: keys.KEYRING, FINGERPRINT_KEY: keys.FINGERPRINT_KEY, TOCSIN_TOKEN: first })
  const tokens = parseApiTokens(found.API_TOKENS ?? '') ?? []
  expect(await findApiToken(token, tokens)).toMatchObject({ name: 'maria', scopes: ['read', 'send'] })
  expect(await findApiToken(first, tokens)).toMatchObject({ name: 'organiser' })
  expect(text).not.toContain(token)
  expect(statSync(vars).mode & 0o077).toBe(0)
  expect(`${out}${(await run(['tokens', 'list'])).out}`).not.toContain(keys.KEYRING)
})

test('tokens list shows names and scopes and no hash', async () => {
  writeVars()
  const { status, out } = await run(['tokens', 'list'])
  expect([status, out]).toEqual([0, 'organiser  read, publish, send, supporters, newsroom, admin\n'])
  expect(JSON.parse((await run(['tokens', 'list', '--json'])).out)).toEqual({
    name: 'organiser',
    scopes: ['read', 'publish', 'send', 'supporters', 'newsroom', 'admin'],
  })
})

test('tokens revoke takes the entry out, but never the last, an unknown one, or one without a yes', async () => {
  writeVars()
  expect(await run(['tokens', 'revoke', 'organiser', '--yes'])).toMatchObject({ status: 1 })
  await run(['tokens', 'add', 'maria', '--scopes', 'read'])
  const before = readFileSync(vars, 'utf8')
  expect(await run(['tokens', 'revoke', 'maria'])).toMatchObject({ status: 2, err: expect.stringContaining('--yes') })
  expect(await run(['tokens', 'revoke', 'mario', '--yes'])).toMatchObject({
    status: 1,
    err: expect.stringContaining('Did you mean maria?'),
  })
  expect(await run(['tokens', 'add', 'pavel'])).toMatchObject({ status: 2, err: expect.stringContaining('--scopes') })
  expect(readFileSync(vars, 'utf8')).toBe(before)
  expect(await run(['tokens', 'revoke', 'maria', '--yes'])).toMatchObject({ status: 0 })
  expect(parseEnv(readFileSync(vars, 'utf8'))).toMatchObject(keys)
})

test('with API_TOKENS in the environment the new value is printed and no file is written', async () => {
  const env = { API_TOKENS: keys.API_TOKENS }
  const added = await run(['tokens', 'add', 'maria', '--scopes', 'read', '--json'], env)
  const { API_TOKENS, token } = JSON.parse(added.out)
  expect(await findApiToken(token, parseApiTokens(API_TOKENS) ?? [])).toMatchObject({ name: 'maria' })
  const revoked = await run(['tokens', 'revoke', 'organiser', '--json'], { API_TOKENS })
  expect(parseApiTokens(JSON.parse(revoked.out).API_TOKENS)?.map(({ name }) => name)).toEqual(['maria'])
  expect(await run(['tokens', 'list'], { API_TOKENS: 'nonsense' })).toMatchObject({
    status: 1,
    err: expect.stringContaining('malformed'),
  })
  expect(existsSync(vars)).toBe(false)
})

test('keys prints new keys only where there are none, or with --replace, and never writes them', async () => {
  expect((await run(['keys'])).out).toMatch(/^KEYRING=k1:/m)
  expect(existsSync(vars)).toBe(false)
  for (const name of ['KEYRING', 'FINGERPRINT_KEY'] as const) {
    writeFileSync(vars, `${name}=${keys[name]}\n`)
    expect(await run(['keys'])).toMatchObject({ status: 2, out: '', err: expect.stringContaining('tokens add NAME') })
    const { status, out } = await run(['keys', '--replace', '--json'])
    expect([status, Object.keys(JSON.parse(out)).sort()]).toEqual([
      0,
      ['API_TOKENS', 'FINGERPRINT_KEY', 'KEYRING', 'token'],
    ])
    expect(readFileSync(vars, 'utf8')).toBe(`${name}=${keys[name]}\n`)
  }
})

test('a setting is replaced in its file whatever stands around it, and everything else stays', () => {
  const value = fc.stringMatching(/^\w[\w:+,.= /#-]{0,30}$/)
  const quoted = fc.constantFrom<(text: string) => string>(
    (text) => `"${text}"`,
    (text) => `'${text}'`,
    (text) => text.replace(/[#]/g, '').trim(),
  )
  const other = fc.record({ name: fc.constantFrom('KEYRING', 'API_TOKENS_OLD', 'NOT_API_TOKENS', 'X'), value, quoted })
  fc.assert(
    fc.property(fc.array(other), fc.option(fc.record({ value, quoted })), value, (others, mine, next) => {
      const lines = others.map((one) => `${one.name}=${one.quoted(one.value)}`)
      if (mine !== null) lines.splice(Math.floor(lines.length / 2), 0, `API_TOKENS = ${mine.quoted(mine.value)}`)
      const text = ['# comment', ...lines].join('\n')
      const { API_TOKENS: _, ...rest } = parseEnv(text)
      expect(parseEnv(withVar(text, 'API_TOKENS', next))).toEqual({ ...rest, API_TOKENS: next })
    }),
  )
})
