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
import type { ListedDispatch } from './ended/stored-view.ts'
import { answerAgain, type KeyedRequest, type OpenResult, type Registration, register } from './register-dispatch.ts'
import { informDispatches } from './republish.ts'
import { EverythingStop } from './stop/everything-stop.ts'
import type { GoOnResult, StopResult } from './stop/spread-stop.ts'
import type { Stopped } from './stop/stop-switch.ts'

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
  readonly #stop: EverythingStop

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, REGISTRY_STEPS)
    this.#index = new DispatchIndex(this.#db)
    this.#stop = new EverythingStop(env, this.#db, this.#index)
  }

  /** Registers and begins a new dispatch. Refused if its key was used for another body, or if an earlier dispatch may overlap. */
  async open(request: DispatchRequest, keyed: KeyedRequest | null): Promise<OpenResult> {
    const opened = this.#db.transaction(() => this.#insert(request, keyed))
    if (opened.kind === 'opened' || opened.kind === 'replayed') await this.#begin(opened.id)
    return opened
  }

  /** What a request would be answered now. */
  decide(request: DispatchRequest): Registration {
    return register(request, request.dryRun ? [] : this.#index.ofSameAppeal(request), this.#index.named(request))
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
    const decided = this.decide(request)
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
  /** Takes addresses from the day's allowance of tests. */
  takeTestAddresses(count: number) {
    return this.#index.takeTestAddresses(count, Date.now())
  }
  forget(id: string, what: 'lanes' | 'notify'): void {
    this.#index.forget(id, what)
  }
  /** The newest dispatches, newest first, the number of all (at most `LIST_LIMIT`), and whether everything is stopped. */
  list(limit: number): { dispatches: ListedDispatch[]; count: number; stopped: Stopped | null } {
    return { dispatches: this.#index.newest(limit), count: this.#index.count(LIST_LIMIT), stopped: this.stopped() }
  }

  /** Informs the dispatches of a campaign that this revision is current, or none. Not `complete`: the caller must repeat the call. */
  republished(campaign: string, revision: string | null): Promise<{ paused: string[]; complete: boolean }> {
    const concerned = { active: this.#index.activeOf(campaign), holdingText: this.#index.holdingText(campaign) }
    return informDispatches(this.env, concerned, revision, (id) => this.#begin(id))
  }
  /** Stops everything that sends. Resolves when no call begins later than two seconds from now. */
  stop(by: string): Promise<StopResult & { stopped: Stopped }> {
    return this.#stop.stop(by)
  }
  /** Lets everything that sends go on, and resumes what the stop has paused. */
  goOn(): Promise<GoOnResult> {
    return this.#stop.goOn()
  }
  /** Since when everything that sends is stopped, and by whom; null if it is not. */
  stopped(): Stopped | null {
    return this.#stop.stopped()
  }

  /** Wakes every dispatch that should be active, and deletes old Idempotency-Keys. Called by cron; `now` in epoch ms. */
  async wake(now: number): Promise<void> {
    this.#index.forgetRequestsBefore(now - REQUEST_DAYS * DAY_MS)
    await this.#stop.repeat().catch(logged('stop'))
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

const logged = (id: string) => (error: unknown) => console.error('dispatch', id, errorMessage(error))
