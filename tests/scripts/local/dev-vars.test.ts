import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDevVars } from '../../../scripts/local/dev-vars.ts'

const file = () => join(mkdtempSync(join(tmpdir(), 'tocsin-')), '.dev.vars')

test('the first run mints secrets, and every later one finds the same: the local supporters must still open', () => {
  const path = file()
  const first = readDevVars(path)
  expect(readDevVars(path)).toEqual(first)
  expect(readFileSync(path, 'utf8')).toContain(first.settings.KEYRING)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('the organiser’s token is for the tools and is not among the settings of the server', () => {
  const { settings, token } = readDevVars(file())
  expect(token).toMatch(/^tocsin_/)
  expect(JSON.stringify(settings)).not.toContain(token)
})

test('what somebody has set stays; only what is missing is added', () => {
  const path = file()
  writeFileSync(path, 'SENDER_NAME="Our union"\nAPI_TOKENS=ours:read:00')
  const { settings, token } = readDevVars(path)
  expect(settings).toMatchObject({
    SENDER_NAME: 'Our union',
    API_TOKENS: 'ours:read:00',
    KEYRING: expect.stringMatching(/^k1:/),
  })
  expect(token).toBeUndefined()
  expect(readFileSync(path, 'utf8')).toContain('SENDER_NAME="Our union"\nAPI_TOKENS=ours:read:00\n')
})
