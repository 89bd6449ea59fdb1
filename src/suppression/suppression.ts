import { DurableObject } from 'cloudflare:workers'
import { defined } from '../kit/defined.ts'
import { LIFETIME_MS } from '../security/token.ts'
import { Database } from '../storage/database.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { AdmissionOutcome, SuppressionReason, SuppressionRecord } from './suppression-rules.ts'
import { SUPPRESSION_STEPS, SuppressionStore } from './suppression-store.ts'

/**
 * Durable Object that knows which fingerprints must not get mail. Every send checks it first. Opt-outs are not read from KV,
 * because KV may be a minute behind.
 */
export class Suppression extends DurableObject {
  readonly #store: SuppressionStore

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#store = new SuppressionStore(new Database(ctx, SUPPRESSION_STEPS))
  }

  /** The given fingerprints that are suppressed or paused. */
  suppressedAmong(fingerprints: string[]): string[] {
    return this.#store.people.suppressedOrPaused(fingerprints, Date.now())
  }

  /**
   * Splits fingerprints into suppressed (`left`) and recently confirmed by a link (`admitted`), which KV may not show yet.
   * Paused people are in neither list.
   */
  membership(fingerprints: string[]): { left: string[]; admitted: string[] } {
    const { people, admissions } = this.#store
    return { left: people.suppressed(fingerprints), admitted: admissions.among(fingerprints) }
  }

  /** Suppressions of the given fingerprints; those that are not suppressed are absent. */
  recordsOf(fingerprints: string[]): Array<SuppressionRecord & { fingerprint: string }> {
    return this.#store.people.recordsOf(fingerprints)
  }

  /** Suppresses a person. Returns the earlier suppression, or null if there was none. `now` is in epoch ms. */
  suppress(fingerprint: string, reason: SuppressionReason, now: number): SuppressionRecord | null {
    return this.#store.suppress(fingerprint, { reason, since: now })
  }

  /**
   * Applies provider events; repeating or reordering them changes nothing. Returns fingerprints of people who complained or
   * unsubscribed and have not signed up since.
   */
  record(events: ProviderEvent[], now: number): string[] {
    return this.#store.recordEvents(events, now)
  }

  /** Admits the person of a confirmation link issued at `linkIssuedAt` (epoch ms) and lifts an earlier suppression. */
  admit(fingerprint: string, linkIssuedAt: number): AdmissionOutcome {
    this.#store.admissions.dropBefore(Date.now() - LIFETIME_MS.confirm) // no older link works any more
    return this.#store.admit(fingerprint, linkIssuedAt)
  }

  /** Pauses mail until a time (epoch ms); null ends the pause. No effect on suppressed people. */
  pause(fingerprint: string, until: number | null): void {
    const { people } = this.#store
    if (until === null) people.removePause(fingerprint)
    else if (people.find(fingerprint) === null) people.storePause(fingerprint, until)
  }

  /** A person's suppression, if any, and the end of their pause (epoch ms). */
  status(fingerprint: string): Partial<SuppressionRecord> & { pausedUntil?: number } {
    const pausedUntil = this.#store.people.pausedUntil(fingerprint, Date.now())
    return { ...this.#store.people.find(fingerprint), ...defined({ pausedUntil }) }
  }

  /** Number of suppressed people by reason. */
  counts(): Record<string, number> {
    return this.#store.people.counts()
  }
}
