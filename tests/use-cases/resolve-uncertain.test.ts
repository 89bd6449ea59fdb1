import { expect, test } from 'vitest'
import type { Actor } from '../../src/use-cases/actor.ts'
import { resolveUncertain } from '../../src/use-cases/resolve-uncertain.ts'

const actor: Actor = { kind: 'token', name: 'desk' }

test('returns the batches that the decision did not apply to', async () => {
  const batches = [3, 4, 5].map((id) => ({ id, generation: 1 }))
  const owner = { resolve: async () => [4] }
  expect(await resolveUncertain(owner, { actor, batches, decision: 'send-again' })).toEqual({
    resolved: [4],
    notResolved: [3, 5],
  })
})
