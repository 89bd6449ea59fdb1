import { expect, test } from 'vitest'
import { mintKeys } from '../../src/cli/keys.ts'
import { parseSettings } from '../../src/env.ts'
import { findApiToken, SCOPES } from '../../src/security/bearer.ts'
import { TEST_SETTINGS } from '../settings.ts'

test('new secrets are valid settings, and the token matches its hash', async () => {
  const { token, ...secrets } = mintKeys()
  const { settings, faults } = await parseSettings({ ...TEST_SETTINGS, ...secrets })
  expect(faults).toEqual([])
  expect(await findApiToken(token, settings?.tokens ?? [])).toMatchObject({ name: 'organiser', scopes: SCOPES })
  expect(await findApiToken(`${token}x`, settings?.tokens ?? [])).toBeNull()
})

test('two runs give different secrets', () => {
  const first = Object.values(mintKeys())
  expect(Object.values(mintKeys()).filter((secret) => first.includes(secret))).toEqual([])
})
