import { reset } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DISPATCH_PHASES } from '../../../src/dispatch/dispatch-request.ts'
import { dispatchRegistryOf } from '../../../src/objects.ts'
import { Organiser } from '../../support/organiser.ts'
import { bindings } from '../../support/visitor.ts'

test('of the summaries of a dispatch the registry keeps the latest, in whatever order they arrive', async () => {
  await reset()
  const anna = new Organiser()
  const { campaign, revision } = await anna.publish('ordered')
  const registry = dispatchRegistryOf(bindings)
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  let known = 0
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt })
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 }),
      fc.constantFrom(...DISPATCH_PHASES),
      async (order, state) => {
        for (const step of order)
          await registry.recordSummary(id, {
            version: known + step,
            state,
            lanes: known + step,
            followUpAfter: null,
            people: null,
            sendAt: 0,
          })
        known += Math.max(...order)
        expect(await registry.lanesOf([id])).toEqual({ [id]: known })
      },
    ),
    { numRuns: 30 },
  )
})

test('a dispatch that is not over stays in the list, however many dry runs are newer', async () => {
  await reset()
  const anna = new Organiser()
  const { campaign, revision } = await anna.publish('listed')
  const registry = dispatchRegistryOf(bindings)
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt })
  const over = { version: 9, state: 'finished', lanes: 1, followUpAfter: null, people: 0, sendAt: 0 } as const
  for (let n = 0; n < 4; n++) {
    const counted = await anna.dispatch({ campaign, revision, email: 'appeal', dryRun: true, sendAt })
    await registry.recordSummary(counted.id, over)
  }
  const { dispatches } = await registry.list(2)
  expect(dispatches.map(({ view }) => [view.id === id, view.dryRun])).toEqual([
    [false, true],
    [true, false],
  ])
})
