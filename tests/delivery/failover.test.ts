import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newBatchHeader } from '../../src/delivery/batch.ts'
import { nextBatches } from '../../src/delivery/failover.ts'
import { grantMails } from '../../src/delivery/quota/daily-quota.ts'
import { LONGEST_WAIT_MS } from '../../src/kit/backoff.ts'
import type { Outcome } from '../../src/transports/transport.ts'
import { type Behaviour, LedgerWorld, runWithCrashes, script } from '../support/ledger-world.ts'

const DAY = 86_400
const FAULTS: Behaviour[] = [
  'accept',
  'accept-then-cut',
  'cut-before',
  'refuse-for-now',
  'refuse-one',
  'quota',
  'quota',
  'quota-in-the-middle',
  'nonsense',
]

const isSilent = (answer: Outcome | Outcome[], people: number) =>
  Array.isArray(answer) ? answer.length !== people : answer.kind === 'unknown'

const windows = fc.constantFrom(DAY, 0)

test('with a fallback, each person gets the mail once, and a call without an answer is never repeated by the other transport', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom(...FAULTS), { maxLength: 30 }),
      fc.array(fc.constantFrom(...FAULTS), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
      windows,
      windows,
      async (sizes, main, other, crashes, mainWindow, otherWindow) => {
        const fallback = { idempotencySeconds: otherWindow, behave: script(other) }
        const world = new LedgerWorld(sizes, mainWindow, script(main), undefined, fallback)
        await runWithCrashes(world, crashes)

        const { planned, accepted, refused, uncertain, waiting } = world.counts()
        expect(waiting).toBe(0)
        expect(accepted + refused + uncertain).toBe(planned)
        for (const times of world.received.values()) expect(times).toBe(1)
        for (const person of world.peopleWith('accepted')) expect(world.received.get(person)).toBe(1)
        const listed = new Set([...world.peopleWith('accepted'), ...world.peopleWith('uncertain')])
        for (const person of world.received.keys()) expect(listed).toContain(person)

        const silent = new Map<string, string>() // by person: the key nobody has answered for
        for (const { provider, key, people, answer } of world.calls) {
          const call = `${provider} ${key}`
          for (const person of people) expect(silent.get(person) ?? call).toBe(call)
          if (isSilent(answer, people.length)) for (const person of people) silent.set(person, call)
        }
      },
    ),
    { numRuns: 400 },
  )
})

test('when the main account is refused, the fallback sends to all people and the lane does not stop', async () => {
  const world = new LedgerWorld([2, 2, 2], DAY, () => 'quota', undefined, {
    idempotencySeconds: 0,
    behave: () => 'accept',
  })
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts()).toMatchObject({ accepted: 6 })
  expect(world.calls.filter(({ provider }) => provider === 'main')).toHaveLength(1)
})

test('when the main transport works again, it sends the batches that still wait', async () => {
  const main = script(['quota'])
  const world = new LedgerWorld(Array(8).fill(1), DAY, main, undefined, {
    idempotencySeconds: 0,
    behave: () => {
      world.clock += 20_000
      return 'accept'
    },
  })
  await world.run()
  const by = world.calls.map(({ provider }) => provider)
  expect(by.slice(0, 2)).toEqual(['main', 'fallback'])
  expect(by.at(-1)).toBe('main')
  expect(new Set(world.received.values())).toEqual(new Set([1]))
})

test('after too many calls without an answer the fallback sends the rest, and only the main transport repeats its calls', async () => {
  let back = false
  const world = new LedgerWorld(Array(9).fill(1), DAY, () => (back ? 'accept' : 'accept-then-cut'), undefined, {
    idempotencySeconds: 0,
    behave: () => 'accept',
  })
  for (let i = 0; i < 3; i++) await world.slice()
  expect(world.providers[1]?.calls.length).toBeGreaterThan(0)
  back = true
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts()).toMatchObject({ accepted: 9, uncertain: 0 })
  expect(new Set(world.received.values())).toEqual(new Set([1]))
})

test('when both accounts are refused, the lane stops with the reasons of both', async () => {
  const world = new LedgerWorld([2], DAY, () => 'quota', undefined, { idempotencySeconds: 0, behave: () => 'quota' })
  const end = await world.run()
  expect(end).toMatchObject({ kind: 'stopped', reason: { kind: 'quota' } })
  expect(JSON.stringify(end)).toMatch(/main refuses the account.*fallback refuses the account/)
  expect(world.counts()).toMatchObject({ waiting: 2 })
})

test('when the main account has used up its day, the fallback continues', async () => {
  const world = new LedgerWorld([2, 2, 2], DAY, () => 'accept', undefined, {
    idempotencySeconds: 0,
    behave: () => 'accept',
  })
  const [main] = world.providers
  if (main !== undefined) main.limits = { ...main.limits, mailsPerDay: 3 }
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.calls.map(({ provider }) => provider)).toEqual(['main', 'fallback', 'fallback'])
})

test('with the day used up and no fallback, a lane waits for the next day by itself', async () => {
  const world = new LedgerWorld([2, 2], DAY, () => 'accept')
  const [main] = world.providers
  if (main !== undefined) main.limits = { ...main.limits, mailsPerDay: 3 }
  expect(await world.slice()).toEqual({ kind: 'later', at: DAY * 1_000 })
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts()).toMatchObject({ accepted: 4 })
})

test('while the breaker of a provider without answers is open, batches become uncertain one at a time, not all at once', async () => {
  const world = new LedgerWorld(Array(40).fill(1), 0, () => 'cut-before')
  for (let i = 0; i < 4; i++) {
    const end = await world.slice()
    if (end.kind === 'later') world.clock = end.at
  }
  expect(world.calls.length).toBeLessThanOrEqual(5 + 4)
  expect(world.counts().waiting).toBeGreaterThan(30)
})

test('a call without an answer is repeated although the day is used up, since it was already charged', async () => {
  const main = script(['accept', 'accept-then-cut'])
  const world = new LedgerWorld([2, 2, 2], 3_600, main)
  const [provider] = world.providers
  if (provider !== undefined) provider.limits = { ...provider.limits, mailsPerDay: 4 }
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts()).toMatchObject({ accepted: 6, uncertain: 0 })
  expect(new Set(world.received.values())).toEqual(new Set([1]))
})

test('a repeated call is not held either when transactional mails have used more than their share of the day', () => {
  const day = { day: 0, bulk: 90, transactional: 40 }
  expect(grantMails(day, 100, 0, 'bulk')).toEqual(day)
  expect(grantMails(day, 100, 1, 'bulk')).toBeNull()
})

test('a lane is done only when no batch is open, whatever time a batch says it is due', () => {
  const odd = { ...newBatchHeader(1, 'en', 1), dueAt: Number.POSITIVE_INFINITY }
  expect(nextBatches([odd], [{ name: 'main' }], new Map(), 0)).toEqual({ kind: 'later', at: LONGEST_WAIT_MS })
  expect(nextBatches([], [{ name: 'main' }], new Map(), 0)).toEqual({ kind: 'done' })
})
