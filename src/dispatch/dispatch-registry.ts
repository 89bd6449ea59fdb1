import { DurableObject } from 'cloudflare:workers'
import { DAY_MS } from '../kit/durations.ts'
import { errorMessage } from '../kit/result.ts'
import { dispatchOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import {
  DispatchIndex,
  type DispatchSummary,
  type OtherDispatch,
  REGISTRY_STEPS,
  type RecordedView,
} from './dispatch-index.ts'
import type { DispatchRequest, DispatchView } from './dispatch-request.ts'
import { dropWithdrawnTexts } from './ended/afterwards.ts'
import type { ListedDispatch } from './ended/stored-view.ts'
import { answerAgain, type KeyedRequest, type OpenResult, register } from './register-dispatch.ts'

/** Days for which an Idempotency-Key is remembered: longer than any client retries a request. */
const REQUEST_DAYS = 7
/** Up to how many dispatches are counted. */
const LIST_LIMIT = 200

/**
 * The index of all dispatches, in one object: Durable Objects cannot be listed.
 * It decides whether a new dispatch may begin beside the earlier ones, and wakes dispatches whose alarm was lost.
 */
export class DispatchRegistry extends DurableObject<Env> {
  readonly #db: Database
  readonly #index: DispatchIndex

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, REGISTRY_STEPS)
    this.#index = new DispatchIndex(this.#db)
  }

  /** Registers and begins a new dispatch. Refused if its key was used for another body, or if an earlier dispatch may overlap. */
  async open(request: DispatchRequest, keyed: KeyedRequest | null): Promise<OpenResult> {
    const opened = this.#db.transaction(() => this.#insert(request, keyed))
    if (opened.kind === 'opened' || opened.kind === 'replayed') await this.#begin(opened.id)
    return opened
  }

  /** The result of an earlier request with this key; null if there was none. Begins its dispatch if a crash kept it from beginning. */
  async replay(keyed: KeyedRequest): Promise<OpenResult | null> {
    const answer = this.#answerTo(keyed)
    if (answer?.kind === 'replayed') await this.#begin(answer.id)
    return answer
  }

  #answerTo(keyed: KeyedRequest): OpenResult | null {
    const earlier = this.#index.requestWith(keyed.key)
    return earlier === undefined ? null : answerAgain(earlier, keyed)
  }

  #insert(request: DispatchRequest, keyed: KeyedRequest | null): OpenResult {
    const answer = keyed && this.#answerTo(keyed)
    if (answer) return answer
    const { notReachedBy } = request.audience
    const named = notReachedBy === undefined ? undefined : this.#index.find(notReachedBy)
    const decided = register(request, request.dryRun ? [] : this.#index.ofSameAppeal(request), named)
    if (decided.kind !== 'opened') return decided
    this.#index.insert(request, decided.next, keyed)
    return { kind: 'opened', id: decided.id }
  }

  /** Stores the progress of a dispatch, unless a later one is known. Called by the dispatch after each change of state. */
  recordSummary(id: string, summary: DispatchSummary): void {
    this.#index.update(id, summary)
  }

  /** The other dispatches of the same appeal that have started, with their number of lanes. */
  otherDispatches(id: string): OtherDispatch[] {
    const request = this.#index.request(id)
    return request === undefined ? [] : this.#index.othersWithLanes(request)
  }

  /** The number of lanes of each dispatch, by id. Leaves out ids that are unknown or have not started. */
  lanesOf(ids: string[]): Record<string, number> {
    return this.#index.lanesOf(ids)
  }

  /** Stores the last view of a dispatch that has ended or paused, and whether it still holds the text of its mails. */
  recordView(view: DispatchView, how: RecordedView): void {
    this.#index.recordView(view, how)
  }

  /** Dispatches and campaigns of all dispatches, for the list of places. */
  places(): { dispatches: string[]; campaigns: string[] } {
    return this.#index.places()
  }

  forgetLanes(id: string): void {
    this.#index.forgetLanes(id)
  }

  /** The newest dispatches, newest first, and the number of all (at most `LIST_LIMIT`). */
  list(limit: number): { dispatches: ListedDispatch[]; count: number } {
    return { dispatches: this.#index.newest(limit), count: this.#index.count(LIST_LIMIT) }
  }

  /**
   * Informs all active dispatches of a campaign that this revision is current, or none. Returns the ids of those that paused. If `complete`
   * is false, a dispatch could not be reached or knows another revision, and the caller must repeat the call.
   */
  async republished(campaign: string, revision: string | null): Promise<{ paused: string[]; complete: boolean }> {
    const paused: string[] = []
    let complete = true
    for (const id of this.#index.activeOf(campaign)) {
      try {
        await this.#begin(id) // a crash may have kept it from beginning
        const answer = await dispatchOf(this.env, id).republished(revision)
        if (answer.paused) paused.push(id)
        if (!answer.complete) complete = false
      } catch (error) {
        complete = false
        logFailure(id, error)
      }
    }
    return { paused, complete: (await dropWithdrawnTexts(this.env, this.#index.holdingText(campaign))) && complete }
  }

  /** Wakes every dispatch that should be active, and deletes old Idempotency-Keys. Called by cron; `now` in epoch ms. */
  async wake(now: number): Promise<void> {
    this.#index.forgetRequestsBefore(now - REQUEST_DAYS * DAY_MS)
    for (const id of this.#index.unfinished()) await this.#begin(id).catch(logged(id)) // continue with the others
    if (new Date(now).getUTCMinutes() !== 0) return
    for (const id of this.#index.endedWithText()) await dispatchOf(this.env, id).wakeEnded().catch(logged(id))
  }

  /** Whether the dispatch exists and still has its records. Begins a dispatch that a crash kept from beginning. */
  async has(id: string): Promise<boolean> {
    if (!this.#index.has(id)) return false
    if (await dispatchOf(this.env, id).hasBegun()) return true
    if (this.#index.hasEnded(id)) return false
    await this.#begin(id)
    return true
  }

  /** Gives a dispatch its request, or wakes it. Idempotent. Never begins one that has ended: it would send again. */
  async #begin(id: string): Promise<void> {
    const request = this.#index.hasEnded(id) ? undefined : this.#index.request(id)
    if (request !== undefined) await dispatchOf(this.env, id).begin(request)
  }
}

const logFailure = (id: string, error: unknown): void => console.error('dispatch', id, errorMessage(error))
const logged = (id: string) => (error: unknown) => logFailure(id, error)
