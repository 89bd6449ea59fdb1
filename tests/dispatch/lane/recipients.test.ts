import { expect, test } from 'vitest'
import { recipientBuilder } from '../../../src/dispatch/lane/recipients.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'

const { keys, fingerprint, publicUrl } = await testSettings()
const mail = { publicUrl, keyId: keys.current, startedAt: 1_800_000_000_000 }

async function made(email: string, dispatch: string) {
  const stored = { email, locales: ['en'] }
  const recipient = await recipientBuilder(keys, { mail, dispatch, locale: 'en' })(
    await fingerprint(addressOf(email)),
    stored,
  )
  return { ...recipient }
}

test('the same person and dispatch give the same recipient, with the same link and Message-ID (I7)', async () => {
  expect(await made('anna@example.org', 'd1')).toEqual(await made('anna@example.org', 'd1'))
})

test('a Message-ID is unique for person and dispatch, and does not identify the person', async () => {
  const ids = [
    await made('anna@example.org', 'd1'),
    await made('boris@example.org', 'd1'),
    await made('anna@example.org', 'd2'),
  ].map(({ messageId }) => messageId)
  for (const id of ids) expect(id).toMatch(/^d[12]\.[0-9a-f]{20}@127\.0\.0\.1$/)
  expect(new Set(ids.map((id) => id.split('.')[1])).size).toBe(3)
  expect(ids[0]).not.toContain((await fingerprint(addressOf('anna@example.org'))).slice(0, 8))
})
