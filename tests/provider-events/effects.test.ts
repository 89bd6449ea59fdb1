import { expect, test } from 'vitest'
import { bitOf } from '../../src/delivery/delivery-events.ts'
import { applyEffects } from '../../src/provider-events/effects.ts'
import type { ProviderEvent } from '../../src/suppression/provider-event.ts'

const event = (fingerprint: string, kind: ProviderEvent['kind'], dispatch?: string): ProviderEvent => ({
  id: `${fingerprint}/${kind}`,
  kind,
  fingerprint,
  ...(dispatch !== undefined && { dispatch }),
  at: 1,
})

/** Effects in their order. */
async function done(events: ProviderEvent[]): Promise<unknown[]> {
  const acts: unknown[] = []
  await applyEffects(events, {
    suppress: async (all) => void acts.push(['hold back', all.map(({ id }) => id)]),
    recordInLanes: async (dispatch, kinds) => void acts.push([dispatch, Object.fromEntries(kinds)]),
  })
  return acts
}

test('people are suppressed before any other effect', async () => {
  expect(await done([event('f', 'delivered', 'd'), event('g', 'complained', 'd')])).toEqual([
    ['hold back', ['f/delivered', 'g/complained']],
    ['d', { f: bitOf('delivered'), g: bitOf('complained') }],
  ])
})

test('each dispatch gets the events of its own people in one call', async () => {
  const events = [event('f', 'delivered', 'd'), event('f', 'complained', 'd'), event('f', 'bounced', 'e')]
  expect((await done(events)).slice(1)).toEqual([
    ['d', { f: bitOf('delivered') | bitOf('complained') }],
    ['e', { f: bitOf('bounced') }],
  ])
})

test('a dispatch whose counts cannot be stored delays no other, and only its events are repeated', async () => {
  const seen: string[] = []
  const events = [event('f', 'bounced', 'broken'), event('g', 'bounced', 'sound'), event('h', 'delivered', 'broken')]
  const failed = await applyEffects(events, {
    suppress: async () => undefined,
    recordInLanes: async (dispatch) => {
      if (dispatch === 'broken') throw new Error('a stored value does not fit')
      seen.push(dispatch)
    },
  })
  expect(seen).toEqual(['sound'])
  expect(failed.events).toEqual([events[0], events[2]])
})
