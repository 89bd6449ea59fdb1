import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OpenCalls } from '../../../src/delivery/quota/open-calls.ts'

const MB = 1_000_000

/** Calls on a clock that moves only while somebody sleeps. */
function world() {
  let now = 0
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds
      await Promise.resolve()
    },
  }
  return { calls: new OpenCalls(clock), clock }
}

/** Milliseconds that a call of so many bytes waits. */
async function waited({ calls, clock }: ReturnType<typeof world>, megabytes?: number, sender = {}): Promise<number> {
  const from = clock.now()
  await calls.take(sender, megabytes && megabytes * MB)
  return clock.now() - from
}

test('as many calls are open at a time as fit into 32 MB; the next waits for one to end, at most 30 seconds', async () => {
  const open = world()
  const senders = Array.from({ length: 7 }, () => ({}))
  for (const sender of senders) expect(await waited(open, 4.5, sender)).toBe(0)
  expect(await waited(open, 4.5)).toBe(30_000)
  const freed = world()
  for (const sender of senders) await freed.calls.take(sender, 4.5 * MB)
  freed.calls.end(senders[3] ?? {})
  expect(await waited(freed, 4.5)).toBe(0)
})

test('small calls do not wait, a first call counts as large, and one larger than all room goes alone', async () => {
  const small = world()
  for (let lane = 0; lane < 16; lane++) expect(await waited(small, 0.5)).toBe(0)
  const first = world()
  for (let lane = 0; lane < 6; lane++) expect(await waited(first)).toBe(0)
  expect(await waited(first)).toBeGreaterThan(0)
  expect(await waited(world(), 40)).toBe(0)
})

test('a sender has one call at a time, and a killed object’s call is forgotten after two minutes', async () => {
  const open = world()
  const sender = {}
  for (let call = 0; call < 20; call++) expect(await waited(open, 20, sender)).toBe(0)
  await open.clock.sleep(120_000)
  expect(await waited(open, 20)).toBe(0)
})

test('whatever the sizes, open calls never exceed the room unless one has waited its 30 seconds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 31 }), { maxLength: 12 }), async (sizes) => {
      const open = world()
      let taken = 0
      for (const size of sizes) {
        const wait = await waited(open, size)
        if (wait === 0) expect(taken + size).toBeLessThanOrEqual(32)
        else expect(wait).toBe(30_000)
        if (wait > 0) return
        taken += size
      }
    }),
  )
})
