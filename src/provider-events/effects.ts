import { bitOf } from '../delivery/delivery-events.ts'
import type { ProviderEvent } from '../suppression/provider-event.ts'

/** Effects of provider events. Each is idempotent. */
export type EffectDeps = {
  /** Suppresses people, and removes those who complained or unsubscribed from the supporter list. */
  suppress(events: ProviderEvent[]): Promise<void>
  /** Records event kinds, as bits per fingerprint, in the dispatch that sent the mails. */
  recordInLanes(dispatch: string, kinds: Map<string, number>): Promise<void>
}

/** Events whose effects must be repeated, with the first error. */
export type FailedEffects = { events: ProviderEvent[]; error?: unknown }

/**
 * Applies the effects of events: suppression first, then the dispatches' counts. A dispatch whose counts cannot be stored delays no other.
 * @throws Error when nobody could be suppressed: all must be repeated
 */
export async function applyEffects(events: ProviderEvent[], deps: EffectDeps): Promise<FailedEffects> {
  await deps.suppress(events)
  const failed: FailedEffects = { events: [] }
  for (const [dispatch, some] of Map.groupBy(events, (event) => event.dispatch)) {
    if (dispatch === undefined) continue
    const kinds = new Map<string, number>()
    for (const { fingerprint, kind } of some) kinds.set(fingerprint, (kinds.get(fingerprint) ?? 0) | bitOf(kind))
    try {
      await deps.recordInLanes(dispatch, kinds)
    } catch (error) {
      failed.events.push(...some)
      failed.error ??= error
    }
  }
  return failed
}
