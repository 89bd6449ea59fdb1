import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Behaviour, finish, LedgerWorld, script } from '../support/ledger-world.ts'

const DAY_MS = 86_400_000
const IDEMPOTENCY_SECONDS = 86_400
const FAULTS: Behaviour[] = ['accept', 'accept-then-cut', 'cut-before', 'refuse-for-now', 'refuse-one', 'quota']

test('a mail has the date on which it leaves, however long its dispatch was paused, and a repeated call has the same date', async () => {
  const faults = fc.array(fc.constantFrom(...FAULTS), { maxLength: 12 })
  const pauses = fc.array(fc.record({ after: fc.integer({ min: 1, max: 12 }), days: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 3,
  })
  await fc.assert(
    fc.asyncProperty(faults, pauses, async (behaviours, held) => {
      const world = new LedgerWorld([2, 3, 1], IDEMPOTENCY_SECONDS, script(behaviours))
      for (const { after, days } of held) {
        world.holdAfter = after
        await world.slice()
        Object.assign(world, { held: false, holdAfter: Number.POSITIVE_INFINITY })
        world.clock += days * DAY_MS
      }
      await finish(world)
      expect(world.composed.length).toBeGreaterThan(2)
      const dates = new Map<string, number>()
      for (const { batch, generation, again, at, clock } of world.composed) {
        const call = `${batch}/${again ? generation : generation + 1}`
        if (!again) expect(at).toBe(clock)
        else expect(at).toBe(dates.get(call))
        dates.set(call, at)
      }
    }),
  )
})
