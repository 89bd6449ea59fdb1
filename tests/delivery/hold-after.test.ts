import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdOf } from '../../src/dispatch/lane/hold.ts'
import { type Behaviour, Crash, finish, LedgerWorld, script } from '../support/ledger-world.ts'

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
]

const scenario = fc.record({
  lanes: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  holdAfter: fc.integer({ min: 1, max: 30 }),
  behaviours: fc.array(fc.constantFrom(...FAULTS), { maxLength: 15 }),
  crashes: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
  idempotencySeconds: fc.constantFrom(0, DAY),
})

/** People who were handed to a provider, or may have been. */
function handed(world: LedgerWorld): number {
  const { accepted, uncertain } = world.counts()
  const unanswered = [...world.rows.values()].filter(({ head }) => head.state === 'attempted')
  return accepted + uncertain + unanswered.reduce((sum, { head }) => sum + head.statuses.count('waiting'), 0)
}

/** Sends what a lane may hand over. Returns whether it stopped because of the hold. The runtime dies after some steps. */
async function runHeld(world: LedgerWorld, crashes: number[], look: () => void): Promise<boolean> {
  for (let turns = 0; turns < 400; turns++) {
    const crash = crashes.shift()
    world.crashIn(crash)
    try {
      const end = await world.slice()
      look()
      if (end.kind === 'done') return false
      if (end.kind === 'stopped' && end.reason.kind === 'hold-after') return true
      if (end.kind === 'later') world.clock = Math.max(world.clock + 1, end.at)
      if (end.kind === 'stopped') world.clock += 60_000
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      look()
      world.boot()
    }
  }
  throw new Error('the lane did not end')
}

test('a dispatch pauses after exactly so many people, whatever fails and dies, and reaches the others after a resume', async () => {
  let held = 0
  await fc.assert(
    fc.asyncProperty(scenario, async ({ lanes, holdAfter, behaviours, crashes, idempotencySeconds }) => {
      const behave = script(behaviours)
      const worlds = lanes.map((sizes) => new LedgerWorld(sizes, idempotencySeconds, behave))
      const total = () => worlds.reduce((sum, world) => sum + handed(world), 0)
      const reports = async () => worlds.map((world) => ({ counts: world.counts() }))
      const finishedLanes: number[] = []
      let isPaused = false
      for (const [lane, world] of worlds.entries()) {
        const hold = await holdOf({ holdAfter }, { finishedLanes }, lane, reports)
        if (hold === 'other-lane') break
        world.handOver = hold?.people
        isPaused = await runHeld(world, [...crashes], () => expect(total()).toBeLessThanOrEqual(holdAfter))
        if (isPaused) break
        finishedLanes.push(lane)
      }
      const received = worlds.flatMap((world) => [...world.received.values()]).reduce((sum, times) => sum + times, 0)
      expect(received).toBeLessThanOrEqual(holdAfter)
      expect(worlds.some((world) => world.counts().waiting > 0)).toBe(isPaused)
      if (isPaused) expect([++held, total()]).toEqual([held, holdAfter])

      for (const [lane, world] of worlds.entries()) {
        expect(await holdOf({ holdAfter }, { finishedLanes, holdPassed: true }, lane, reports)).toBeNull()
        world.crashIn(undefined)
        world.handOver = undefined
        await finish(world)
        expect(world.counts().waiting).toBe(0)
        for (const times of world.received.values()) expect(times).toBe(1)
      }
    }),
    { numRuns: 300 },
  )
  expect(held).toBeGreaterThan(50)
})

test('lanes send one after another until the pause, and together after it', async () => {
  const counts = { planned: 9, waiting: 0, accepted: 6, refused: 1, suppressed: 0, uncertain: 2, cancelled: 0 }
  const reports = async () => [{ counts }, { counts }, { counts }]
  const of = (lane: number, finishedLanes: number[], more = {}) =>
    holdOf({ holdAfter: 20 }, { finishedLanes, ...more }, lane, reports)
  expect(await of(0, [])).toEqual({ people: 20 })
  expect(await of(1, [])).toBe('other-lane')
  expect(await of(2, [0])).toBe('other-lane')
  expect(await of(1, [0], { holdPassed: true })).toBeNull()
  expect(await holdOf({}, { finishedLanes: [] }, 7, reports)).toBeNull()
})
