import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cancel, newBatchHeader, startAttempt } from '../../src/delivery/batch.ts'
import { settle } from '../../src/delivery/settlement.ts'
import { type Behaviour, finish, LedgerWorld, runWithCrashes, script } from '../support/ledger-world.ts'

const DAY = 86_400
const FAULTS: Behaviour[] = [
  'accept',
  'accept',
  'accept-then-cut',
  'cut-before',
  'refuse-for-now',
  'refuse-one',
  'refuse-all',
  'nonsense',
  'quota',
  'quota-in-the-middle',
]

const adverse = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
  behaviours: fc.array(fc.constantFrom(...FAULTS), { maxLength: 25 }),
  crashes: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }),
})

describe('with a provider that keeps idempotency keys', () => {
  test('no person is lost and no person gets two mails, whatever fails and wherever the runtime dies', async () => {
    await fc.assert(
      fc.asyncProperty(adverse, async ({ sizes, behaviours, crashes }) => {
        const world = new LedgerWorld(sizes, DAY, script(behaviours))
        await runWithCrashes(world, crashes)
        const { planned, accepted, refused, uncertain, waiting } = world.counts()
        expect(planned).toBe(sizes.reduce((sum, size) => sum + size, 0))
        expect(waiting).toBe(0)
        expect(accepted + refused + uncertain).toBe(planned)
        // Only a refusal in answer to a repetition leaves doubt about the first call.
        if (!behaviours.includes('refuse-all') && !behaviours.includes('quota-in-the-middle')) expect(uncertain).toBe(0)
        for (const times of world.received.values()) expect(times).toBe(1)
        for (const person of world.peopleWith('accepted')) expect(world.received.get(person)).toBe(1)
        for (const person of world.peopleWith('refused')) expect(world.received.has(person)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('a call whose answer is lost is repeated with the same key, and the key changes only after a refusal', async () => {
    const world = new LedgerWorld([3], DAY, script(['accept-then-cut', 'accept']))
    await world.run()
    expect([...world.received.values()]).toEqual([1, 1, 1])
    expect(world.rows.get(1)?.head).toMatchObject({ state: 'settled', generation: 1 })

    const refused = new LedgerWorld([3], DAY, script(['refuse-for-now', 'accept']))
    await refused.run()
    expect(refused.rows.get(1)?.head.generation).toBe(2)
  })

  test.each<[Behaviour]>([['refuse-for-now'], ['quota']])(
    'an unanswered batch keeps its key when asking again is answered by %s, since that says nothing of the first call',
    async (refusal) => {
      const world = new LedgerWorld([2], DAY, script(['accept-then-cut', refusal, refusal, 'accept']))
      await finish(world)
      expect([...world.received.values()]).toEqual([1, 1])
      expect(world.rows.get(1)?.head).toMatchObject({ state: 'settled', generation: 1 })
    },
  )

  test('a repeated call that is refused for good makes its batch uncertain', () => {
    const head = startAttempt(newBatchHeader(1, 'en', 2), 'hash', 'main', 0)
    const refusal = { kind: 'refused', permanent: true, reason: 'invalid-content' } as const
    expect(settle(head, [0, 1], refusal, 1, 0.5, true).next).toMatchObject({
      state: 'uncertain',
      statuses: { text: 'uu' },
    })
    expect(settle(head, [0, 1], refusal, 1, 0.5, false).split).toBe(true)
  })

  test('a batch without an answer whose idempotency window is over becomes uncertain and is not sent again', async () => {
    const world = new LedgerWorld([2], DAY, script(['accept-then-cut']))
    await world.slice()
    world.clock += DAY * 1_000
    expect(await world.run()).toEqual({ kind: 'done' })
    expect(world.counts().uncertain).toBe(2)
    expect([...world.received.values()]).toEqual([1, 1])
  })

  test('a call is not repeated after a deploy that changes its bytes, or with another account', async () => {
    const world = new LedgerWorld([2, 2], DAY, script(['accept-then-cut']))
    await world.slice()
    world.deployed = 2
    await world.run()
    expect(world.counts()).toMatchObject({ uncertain: 2, accepted: 2 })
    expect([...world.received.values()]).toEqual([1, 1, 1, 1])
  })

  test('a call is not repeated once a person of its batch has left', async () => {
    const world = new LedgerWorld([2], DAY, script(['accept-then-cut']))
    await world.slice()
    world.suppressed.add('p0-1')
    await world.run()
    expect(world.counts()).toMatchObject({ uncertain: 2, accepted: 0, suppressed: 0 })
    expect([...world.received.values()]).toEqual([1, 1])
  })
})

describe('with a provider without idempotency keys', () => {
  test('no person gets two mails, and all people who may have got one are uncertain', async () => {
    await fc.assert(
      fc.asyncProperty(adverse, async ({ sizes, behaviours, crashes }) => {
        const world = new LedgerWorld(sizes, 0, script(behaviours))
        await runWithCrashes(world, crashes)
        const { planned, accepted, refused, uncertain, waiting } = world.counts()
        expect(waiting).toBe(0)
        expect(accepted + refused + uncertain).toBe(planned)
        for (const times of world.received.values()) expect(times).toBe(1)
        for (const person of world.peopleWith('accepted')) expect(world.received.get(person)).toBe(1)
        const listed = new Set([...world.peopleWith('accepted'), ...world.peopleWith('uncertain')])
        for (const person of world.received.keys()) expect(listed).toContain(person)
      }),
      { numRuns: 500 },
    )
  })
})

test('people who left before their batch is sent get no mail, also when the batch waits for another try', async () => {
  const world = new LedgerWorld([3, 3], DAY, script(['accept', 'refuse-for-now', 'accept']))
  world.suppressed.add('p0-1')
  await world.slice()
  world.suppressed.add('p1-2')
  await world.run()
  expect(world.received.has('p0-1')).toBe(false)
  expect(world.received.has('p1-2')).toBe(false)
  expect(world.counts()).toMatchObject({ suppressed: 2, accepted: 4 })
})

test('people whom a transport must not send to are left out of the call, and the others get their mail', async () => {
  const world = new LedgerWorld([3, 1], DAY, script(['cut-before', 'accept']))
  for (const person of ['p0-1', 'p1-0']) world.barred.add(person)
  await world.run()
  expect([...world.received.keys()]).toEqual(['p0-0', 'p0-2'])
  expect(world.peopleWith('refused')).toEqual(['p0-1', 'p1-0'])
})

test('a batch whose people have all left makes no call', async () => {
  const world = new LedgerWorld([2], DAY, () => {
    throw new Error('called')
  })
  for (const person of ['p0-0', 'p0-1']) world.suppressed.add(person)
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts().suppressed).toBe(2)
})

test('after a pause no call begins, whenever the pause comes; the rest is sent after resuming', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.constantFrom(...FAULTS), { maxLength: 10 }),
      async (when, behaviours) => {
        const world = new LedgerWorld([2, 2, 2], DAY, script(behaviours))
        world.holdAfter = when
        await finish(world)
        expect(world.callsAfterHold).toEqual([])
        world.held = false
        await finish(world)
        expect(world.counts().waiting).toBe(0)
        for (const person of world.peopleWith('accepted')) expect(world.received.get(person)).toBe(1)
      },
    ),
  )
})

test.each([
  ['may be sent', []],
  ['has only people whom the transport must not send to', ['p0-0', 'p0-1']],
])('a cancel during the composing of a batch holds, also if the batch %s', async (_, barred) => {
  const world = new LedgerWorld([2], DAY, script([]))
  for (const person of barred) world.barred.add(person)
  world.whileComposing = () => world.replace(1, cancel)
  await world.slice()
  expect(world.counts()).toMatchObject({ cancelled: 2, refused: 0, accepted: 0 })
  expect(world.calls).toEqual([])
})

test('the stream is informed of an answer also if its outcome cannot be stored', async () => {
  const world = new LedgerWorld([1], DAY, () => {
    world.rows.delete(1)
    return 'refuse-one'
  })
  await expect(world.slice()).rejects.toThrow('no batch 1')
  expect(world.answered).toBe(1)
})

test('people refused by an answer that arrives after a cancel are cancelled too, since no mail was sent', async () => {
  const cancelledMeanwhile = (behaviour: Behaviour) => {
    const world = new LedgerWorld([2], DAY, () => {
      world.replace(1, cancel)
      return behaviour
    })
    return world
  }
  const refused = cancelledMeanwhile('refuse-for-now')
  await refused.slice()
  expect(refused.counts()).toMatchObject({ cancelled: 2, uncertain: 0 })
  const silent = cancelledMeanwhile('cut-before')
  await silent.slice()
  expect(silent.counts()).toMatchObject({ cancelled: 0, uncertain: 2 })
  const taken = cancelledMeanwhile('accept')
  await taken.slice()
  expect(taken.counts()).toMatchObject({ accepted: 2, uncertain: 0 })
  const mixed = cancelledMeanwhile('quota-in-the-middle')
  await mixed.slice()
  expect(mixed.counts()).toMatchObject({ accepted: 1, cancelled: 1, uncertain: 0 })
  const refusedForOne = cancelledMeanwhile('refuse-one')
  await refusedForOne.slice()
  expect(refusedForOne.counts()).toMatchObject({ accepted: 1, refused: 1, uncertain: 0 })
})

test('a cancel while a refused batch is being halved leaves nobody uncertain', async () => {
  const world = new LedgerWorld([4], DAY, () => 'refuse-all')
  world.whileHalving = () => {
    world.held = true
    world.replace(1, cancel)
  }
  await world.slice()
  expect(world.counts()).toMatchObject({ cancelled: 4, uncertain: 0, waiting: 0 })
})

test('a call is open from its first byte until its answer is recorded, and none after a crash', async () => {
  const open: string[] = []
  const world = new LedgerWorld([1, 1], DAY, () => {
    open.push([...world.openCalls].join())
    return 'accept'
  })
  await world.slice()
  expect([...open, world.openCalls.size]).toEqual(['1', '2', 0])
  const dying = new LedgerWorld([1], DAY, () => {
    throw new Error('the power is cut')
  })
  await expect(dying.slice()).rejects.toThrow('the power is cut')
  expect(dying.openCalls.size).toBe(0)
})

test('a refusal of the account stops the lane with its reason, and all people still wait', async () => {
  const world = new LedgerWorld([2, 2], DAY, script(['accept', 'quota', 'accept']))
  expect(await world.run()).toEqual({
    kind: 'stopped',
    reason: { kind: 'quota', detail: expect.stringMatching(/^main refuses the account: used up: resume when/) },
  })
  expect(world.counts()).toMatchObject({ accepted: 2, waiting: 2 })
  world.clock += 3_600_000
  await world.run()
  expect([...world.received.values()]).toEqual([1, 1, 1, 1])
})

test('a campaign that may no longer be sent stops the lane before the next call', async () => {
  const world = new LedgerWorld([2], DAY, script([]))
  world.blockedBy = { kind: 'closed', detail: 'closed' }
  expect(await world.run()).toEqual({ kind: 'stopped', reason: world.blockedBy })
  expect(world.received.size).toBe(0)
})

test('a call that is refused whole for one person is halved until only that person is refused', async () => {
  const world = new LedgerWorld([5], DAY, (people) => (people.includes('p0-1') ? 'refuse-all' : 'accept'))
  await world.run()
  expect(world.counts()).toMatchObject({ planned: 5, refused: 1, accepted: 4 })
  expect(world.peopleWith('refused')).toEqual(['p0-1'])
})

test('a provider that reports a fault of the account as a bad mail stops the dispatch after few calls, and no person is lost', async () => {
  let mended = false
  const world = new LedgerWorld([1_000, 1_000, 1_000], DAY, () => (mended ? 'accept' : 'refuse-all'))
  for (let resumed = 0; resumed < 2; resumed++) {
    expect(await world.run()).toEqual({
      kind: 'stopped',
      reason: { kind: 'content-refused', detail: expect.stringMatching(/^main refused 10 people .* then resume$/) },
    })
    expect(world.counts()).toMatchObject({ waiting: 3_000, refused: 0 })
    expect(world.calls.length).toBeLessThan(60)
  }
  mended = true
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts()).toMatchObject({ accepted: 3_000 })
})

test('suspected refusals at the end of a dispatch become final, since no other person is left to test the account with', async () => {
  const world = new LedgerWorld([3], DAY, () => 'refuse-all')
  expect(await world.run()).toEqual({ kind: 'done' })
  expect(world.counts()).toMatchObject({ refused: 3, waiting: 0 })
})
