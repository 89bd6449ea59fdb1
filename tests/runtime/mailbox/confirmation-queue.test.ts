import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import type { EnteringConfirmation } from '../../../src/mailbox/asked/clearance.ts'
import { confirmationQueueOf, noticesOf } from '../../../src/objects.ts'
import { mailboxOf } from '../../../src/security/address.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'
import { bindings } from '../../support/visitor.ts'

beforeEach(reset)

const HOUR = 60 * 60_000
const queue = () => confirmationQueueOf(bindings)

const entering = (n: number, changed: Partial<EnteringConfirmation> = {}): EnteringConfirmation => ({
  mailbox: `mailbox-${n}`,
  key: 'confirm/1',
  email: 'confirm',
  domain: '',
  network: 'network-1',
  queuedAt: Date.now(),
  ...changed,
})
const enterAll = async (each: readonly EnteringConfirmation[]) => {
  const answers = []
  for (const one of each) answers.push(await queue().enter(one))
  return answers
}
const numbers = (most: number) => Array.from({ length: most }, (_, n) => n)

const stored = () =>
  runInDurableObject(queue(), (_, { storage }) =>
    storage.sql.exec<{ left_at: number | null; released: number }>('SELECT * FROM queued_confirmation').toArray(),
  )
/** Moves stored times back, as if time had passed. The object reads them again when it is opened anew. */
async function age(milliseconds: number): Promise<void> {
  await runInDurableObject(queue(), (_, { storage }) => {
    storage.sql.exec(
      'UPDATE queued_confirmation SET entered_at = entered_at - ?1, left_at = left_at - ?1',
      milliseconds,
    )
  })
  await runInDurableObject(queue(), (_, state) => state.abort('aged')).catch(() => {})
}

test('six confirmations of one network leave in a minute; more wait, also across a restart, and another network does not', async () => {
  const answers = await enterAll(numbers(8).map((n) => entering(n)))
  expect(answers).toEqual([...numbers(6).map(() => 'go'), 'wait', 'wait'])
  expect(await queue().enter(entering(0))).toBe('go') // asked again after a crash
  expect(await queue().enter(entering(7))).toBe('wait')
  await age(0)
  expect(await queue().enter(entering(20))).toBe('wait')
  expect(await queue().enter(entering(21, { network: 'network-2' }))).toBe('go')
  expect(await queue().enter(entering(22, { network: undefined }))).toBe('go') // of an import
})

test('when its turn has come, the mailbox queue is told, once', async () => {
  await enterAll(numbers(7).map((n) => entering(n)))
  await age(61_000)
  await runDurableObjectAlarm(queue())
  expect((await stored()).filter(({ left_at, released }) => left_at !== null && released === 1)).toHaveLength(7)
  expect(await queue().enter(entering(6))).toBe('go')
})

test('an answer gives the turn back at once and ends the ration of its domain', async () => {
  await enterAll(numbers(7).map((n) => entering(n)))
  await queue().answer('mailbox-3', 'domain-1')
  await vi.waitFor(async () => expect((await stored()).filter(({ left_at }) => left_at === null)).toHaveLength(0))
  const many = numbers(25).map((n) => entering(100 + n, { network: `n-${n}`, domain: 'domain-1' }))
  expect(new Set(await enterAll(many))).toEqual(new Set(['go']))
  const others = numbers(21).map((n) => entering(200 + n, { network: `m-${n}`, domain: 'domain-2' }))
  expect((await enterAll(others)).filter((answer) => answer === 'go')).toHaveLength(20)
})

test('what has waited six hours is dropped with a notice, and nothing stays stored', async () => {
  await enterAll(numbers(9).map((n) => entering(n)))
  await age(6 * HOUR + 1)
  await runDurableObjectAlarm(queue())
  expect(await stored()).toEqual([])
  expect(await noticesOf(bindings).list()).toMatchObject([{ kind: 'confirmations-dropped', count: 3 }])
  expect(await queue().enter(entering(8, { queuedAt: Date.now() - 6 * HOUR }))).toBe('drop')
})

test('a target of an open campaign gets one sign-up confirmation and never one of a letter', async () => {
  const settings = await testSettings()
  const of = async (email: string) => settings.fingerprint(mailboxOf(addressOf(email)))
  const mailbox = await of('director@fennick-vale.invalid')
  expect(await queue().enter(entering(1, { mailbox, email: 'letter' }))).toBe('drop')
  expect(await queue().enter(entering(1, { mailbox, key: 'confirm/1' }))).toBe('go')
  expect(await queue().enter(entering(1, { mailbox, key: 'confirm/2' }))).toBe('drop')
})

test('a sign-up stores one row in the queue, whatever the number before it', async () => {
  const written = (n: number) =>
    runInDurableObject(queue(), async (object, { storage }) => {
      const before = storage.sql.exec('SELECT COUNT(*) AS n FROM queued_confirmation').one().n
      await object.enter(entering(n, { network: `n-${n}` }))
      return Number(storage.sql.exec('SELECT COUNT(*) AS n FROM queued_confirmation').one().n) - Number(before)
    })
  expect(await written(1)).toBe(1)
  await enterAll(numbers(40).map((n) => entering(100 + n, { network: `n-${n % 20}` })))
  expect(await written(2)).toBe(1)
})
