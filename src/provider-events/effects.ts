import { bitOf } from '../delivery/delivery-events.ts'
import type { ProviderEvent } from '../suppression/provider-event.ts'

/** What events change. Each of these may be done again: nothing changes then. */
export type EffectDeps = {
  /** From now on nothing is sent to whom it should not be; answers who asked to be left alone. */
  suppress(events: ProviderEvent[]): Promise<string[]>
  /** Takes them off the list, too. */
  unsubscribe(event: ProviderEvent): Promise<void>
  /** What was heard of whom, as bits, for the dispatch that wrote to them. */
  recordInLanes(dispatch: string, kinds: Map<string, number>): Promise<void>
}

/** Does what the events ask for: people who must not be written to first. */
export async function applyEffects(events: ProviderEvent[], deps: EffectDeps): Promise<void> {
  const unsubscribed = new Set(await deps.suppress(events))
  for (const event of events) {
    const asksToLeave = event.kind === 'complained' || event.kind === 'unsubscribed'
    if (asksToLeave && unsubscribed.has(event.fingerprint)) await deps.unsubscribe(event)
  }
  for (const [dispatch, some] of Map.groupBy(events, (event) => event.dispatch)) {
    if (dispatch === undefined) continue
    const kinds = new Map<string, number>()
    for (const { fingerprint, kind } of some) kinds.set(fingerprint, (kinds.get(fingerprint) ?? 0) | bitOf(kind))
    await deps.recordInLanes(dispatch, kinds)
  }
}
