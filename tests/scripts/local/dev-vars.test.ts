import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDevVars } from '../../../scripts/local/dev-vars.ts'

const file = () => join(mkdtempSync(join(tmpdir(), 'tocsin-')), '.dev.vars')

test('the first run creates secrets, and later runs reuse them, so that stored supporters stay readable', () => {
  const path = file()
  const first = readDevVars(path)
  expect(readDevVars(path)).toEqual(first)
  expect(readFileSync(path, 'utf8')).toContain(first.settings.KEYRING)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('the organiser’s token is not a setting of the server', () => {
  const { settings, token } = readDevVars(file())
  expect(token).toMatch(/^tocsin_/)
  expect(JSON.stringify(settings)).not.toContain(token)
})

test('keeps existing settings and adds only missing ones', () => {
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
