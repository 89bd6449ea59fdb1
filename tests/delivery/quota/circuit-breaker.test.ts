import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  admit,
  afterCall,
  type CallResult,
  type CircuitBreaker,
  closedBreaker,
  probeNow,
  SILENT_CALLS,
} from '../../../src/delivery/quota/circuit-breaker.ts'

const silent: CallResult = { kind: 'failed', cause: { why: 'silent', detail: 'timeout' } }
const refused: CallResult = { kind: 'failed', cause: { why: 'refused', reason: 'quota', detail: 'used up' } }
const answered: CallResult = { kind: 'answered' }
const HOUR = 3_600_000

const opened = (now = 0) =>
  Array.from({ length: SILENT_CALLS }).reduce<CircuitBreaker>(
    (breaker) => afterCall(breaker, silent, now, 0.5),
    closedBreaker,
  )

test('calls in a row without an answer open the breaker, over all lanes, and an answer resets the count', () => {
  let breaker: CircuitBreaker = closedBreaker
  for (let i = 1; i < SILENT_CALLS; i++) breaker = afterCall(breaker, silent, 0, 0.5)
  expect(admit(breaker, 0)).toEqual({ kind: 'go' })
  expect(admit(afterCall(afterCall(breaker, answered, 0, 0.5), silent, 0, 0.5), 0)).toEqual({ kind: 'go' })
  expect(admit(afterCall(breaker, silent, 0, 0.5), 0)).toMatchObject({ kind: 'wait', cause: { detail: 'timeout' } })
})

test('a refusal of the account opens the breaker at once', () => {
  expect(admit(afterCall(closedBreaker, refused, 0, 0.5), 0)).toMatchObject({ kind: 'wait', cause: { why: 'refused' } })
})

test('after the pause one probe may call and the others wait; an answer closes the breaker, a failure lengthens the pause', () => {
  const open = opened()
  const first = admit(open, HOUR)
  if (first.kind !== 'probe') return expect.fail()
  expect(admit(first.breaker, HOUR)).toMatchObject({ kind: 'wait' })
  expect(admit(afterCall(first.breaker, { kind: 'answered', probe: first.id }, HOUR, 0.5), HOUR)).toEqual({
    kind: 'go',
  })
  const again = afterCall(first.breaker, { ...silent, probe: first.id }, HOUR, 0.5)
  expect((again.open?.until ?? 0) - HOUR).toBeGreaterThan(open.open?.until ?? 0)
})

test('a probe that was not used, or whose lane died, is followed by another; an organiser may start one at once', () => {
  const first = admit(opened(), HOUR)
  if (first.kind !== 'probe') return expect.fail()
  expect(admit(afterCall(first.breaker, { kind: 'unused', probe: first.id }, HOUR, 0.5), HOUR).kind).toBe('probe')
  expect(admit(first.breaker, 2 * HOUR).kind).toBe('probe')
  expect(admit(probeNow(opened(), 1), 1).kind).toBe('probe')
})

test('there is never more than one probe at a time, in whatever order results arrive', () => {
  const step = fc.oneof(
    fc.constant('ask' as const),
    fc.record({ what: fc.constantFrom('silent', 'refused', 'answered', 'unused'), which: fc.nat(5) }),
    fc.record({ wait: fc.integer({ min: 0, max: 30_000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let breaker = opened()
      let now = 0
      const under: Array<{ id: number; since: number }> = []
      for (const one of steps) {
        if (one === 'ask') {
          const admission = admit(breaker, now)
          if (admission.kind !== 'probe') continue
          breaker = admission.breaker
          under.push({ id: admission.id, since: now })
          // Calls end before their lease does.
          expect(under.filter(({ since }) => now - since < 120_000)).toHaveLength(1)
        } else if ('wait' in one) now += one.wait
        else {
          const probe = under[one.which]?.id
          const what =
            one.what === 'silent'
              ? silent
              : one.what === 'refused'
                ? refused
                : ({ kind: one.what } as { kind: 'answered' })
          if (probe === undefined) continue // others than the one under way tell nothing while it is open
          breaker = afterCall(breaker, { ...what, probe } as CallResult, now, 0.5)
          under.splice(one.which, 1)
        }
      }
    }),
  )
})
