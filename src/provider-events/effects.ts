import { bitOf } from '../delivery/delivery-events.ts'
import type { ProviderEvent } from '../suppression/provider-event.ts'

/** Effects of provider events. Each is idempotent. */
export type EffectDeps = {
  /** Updates the suppression object. Returns fingerprints of people who complained or unsubscribed. */
  suppress(events: ProviderEvent[]): Promise<string[]>
  /** Removes a person from the supporter list. */
  unsubscribe(event: ProviderEvent): Promise<void>
  /** Records event kinds, as bits per fingerprint, in the dispatch that sent the mails. */
  recordInLanes(dispatch: string, kinds: Map<string, number>): Promise<void>
}

/** Applies the effects of events: suppression first, then removal from the list, then the dispatches' counts. */
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
