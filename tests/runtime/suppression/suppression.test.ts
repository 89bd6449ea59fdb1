import { reset, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test } from 'vitest'
import { suppressionOf } from '../../../src/objects.ts'
import { LIFETIME_MS } from '../../../src/security/token.ts'
import { bindings } from '../../support/visitor.ts'

beforeEach(reset)

const [ANNA, BORIS] = ['a'.repeat(32), 'b'.repeat(32)] as const
const suppression = () => suppressionOf(bindings)
const rowsOf = (table: string) =>
  runInDurableObject(suppression(), (_, { storage }) => storage.sql.exec(`SELECT * FROM ${table}`).toArray())

test('a link older than the last used one changes nothing; using the last again is recognised', async () => {
  const now = Date.now()
  const pressed = []
  for (const askedAt of [now - 2, now - 1, now - 1, now - 2]) pressed.push(await suppression().admit(ANNA, askedAt))
  expect(pressed).toEqual(['first', 'first', 'again', 'older'])
})

test('a used link is forgotten when it expires, and at once when its owner leaves', async () => {
  const now = Date.now()
  await suppression().admit(ANNA, now - LIFETIME_MS.confirm - 1)
  await suppression().admit(BORIS, now)
  expect(await rowsOf('admission')).toEqual([{ fingerprint: BORIS, asked_at: now }])
  await suppression().suppress(BORIS, 'unsubscribed', now + 1)
  expect(await rowsOf('admission')).toEqual([])
  expect(await suppression().admit(BORIS, now)).toBe('left')
  expect(await suppression().admit(BORIS, now + 2)).toBe('first')
  expect(await rowsOf('suppressed')).toEqual([])
})

test('suppress returns the earlier suppression; a lighter reason does not replace a weightier one', async () => {
  expect(await suppression().suppress(ANNA, 'erased', 1)).toBeNull()
  expect(await suppression().suppress(ANNA, 'unsubscribed', 2)).toEqual({ reason: 'erased', since: 1 })
  expect(await suppression().status(ANNA)).toEqual({ reason: 'erased', since: 2, erasedAt: 1 })
})

test('suppressed people cannot be paused', async () => {
  await suppression().suppress(ANNA, 'unsubscribed', 1)
  await suppression().pause(ANNA, Date.now() + 60_000)
  await suppression().pause(BORIS, Date.now() + 60_000)
  expect((await rowsOf('paused')).map(({ fingerprint }) => fingerprint)).toEqual([BORIS])
})

test('membership separates suppressed and recently admitted people; paused people are neither', async () => {
  const object = bindings.SUPPRESSION.getByName('for a list')
  await object.suppress('left', 'bounced', 1)
  await object.pause('pausing', Date.now() + 1_000_000)
  await object.admit('came', Date.now())
  await object.admit('came and left', Date.now())
  await object.suppress('came and left', 'unsubscribed', Date.now() + 1)
  const fingerprints = ['left', 'pausing', 'came', 'came and left', 'nobody']
  const { left, admitted } = await object.membership(fingerprints)
  expect([left.toSorted(), admitted]).toEqual([['came and left', 'left'], ['came']])
})
