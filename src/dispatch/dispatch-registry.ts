import { DurableObject } from 'cloudflare:workers'
import { dispatchOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { DispatchIndex, type DispatchSummary, REGISTRY_STEPS } from './dispatch-index.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import { answerAgain, type KeyedRequest, type OpenResult, register } from './registration.ts'

const DAY_MS = 86_400_000
/** Days an Idempotency-Key is remembered: longer than anybody retries a request. */
const REQUEST_DAYS = 7
/** Dispatches listed at once. */
const LIST_LIMIT = 200

/**
 * The index of all dispatches, in one object: Durable Objects cannot be listed.
 * It decides whether a dispatch may begin beside the others, and wakes those that lost their alarm.
 */
export class DispatchRegistry extends DurableObject<Env> {
  readonly #db: Database
  readonly #index: DispatchIndex

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, REGISTRY_STEPS)
    this.#index = new DispatchIndex(this.#db)
  }

  /** Enters a new dispatch, unless its key was used before or an earlier one of the same appeal may reach the same people. */
  async open(request: DispatchRequest, keyed: KeyedRequest | null): Promise<OpenResult> {
    const opened = this.#db.transaction(() => this.#insert(request, keyed))
    if (opened.kind === 'opened' || opened.kind === 'replayed') await this.#begin(opened.id)
    return opened
  }

  /** The answer to an earlier request with this key; null if there was none. */
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
    const decided = register(request, request.dryRun ? [] : this.#index.ofSameAppeal(request))
    if (decided.kind === 'overlap') return decided
    this.#index.insert(request, decided.next, keyed)
    return { kind: 'opened', id: decided.id }
  }

  /** Stores the state of a dispatch, which calls this after each change. */
  recordSummary(id: string, summary: DispatchSummary): void {
    this.#index.update(id, summary)
  }

  /** The other dispatches of the same appeal that have lanes, and so people. */
  otherDispatches(id: string): Array<{ id: string; lanes: number }> {
    const request = this.#index.request(id)
    return request === undefined ? [] : this.#index.othersWithLanes(request)
  }

  /** How many lanes each of these dispatches has; without those that are unknown or have not started. */
  lanesOf(ids: string[]): Record<string, number> {
    return this.#index.lanesOf(ids)
  }

  /** Newest first. */
  list(): string[] {
    return this.#index.newest(LIST_LIMIT)
  }

  /**
   * Tells the dispatches of a campaign that another revision is current. Answers those that have paused, and whether all were told:
   * if not, the caller repeats it.
   */
  async republished(campaign: string): Promise<{ paused: string[]; complete: boolean }> {
    const paused: string[] = []
    let complete = true
    for (const id of this.#index.goingOf(campaign)) {
      try {
        await this.#begin(id) // it may have been entered and not have begun yet
        if (await dispatchOf(this.env, id).republished()) paused.push(id)
      } catch (error) {
        complete = false
        logFailure(id, error)
      }
    }
    return { paused, complete }
  }

  /** From cron: wakes every dispatch that should be going on. */
  async wake(now: number): Promise<void> {
    this.#index.forgetRequestsBefore(now - REQUEST_DAYS * DAY_MS)
    for (const id of this.#index.unfinished()) {
      await this.#begin(id).catch((error: unknown) => logFailure(id, error)) // the others are woken all the same
    }
  }

  /** Whether there is such a dispatch. One that a crash kept from beginning begins first. */
  async has(id: string): Promise<boolean> {
    if (!this.#index.has(id)) return false
    if (!(await dispatchOf(this.env, id).hasBegun())) await this.#begin(id)
    return true
  }

  /** Idempotent: gives the dispatch its request, or wakes it. */
  async #begin(id: string): Promise<void> {
    const request = this.#index.request(id)
    if (request !== undefined) await dispatchOf(this.env, id).begin(request)
  }
}

const logFailure = (id: string, error: unknown): void =>
  console.error('dispatch', id, error instanceof Error ? error.message : error)
