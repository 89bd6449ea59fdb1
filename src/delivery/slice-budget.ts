import { FREE_PLAN } from '../kit/platform/limits.ts'

/** Milliseconds that one alarm works before other requests get the object: well below the platform's limit of 15 minutes. */
const SLICE_MS = 20_000
/** Share of an invocation's outside requests that the calls of a slice may use. The rest is a margin. */
const SLICE_SHARE = 0.8
/**
 * Calls to a provider or pages of KV in one alarm. The platform fails a call above its limit as if there were no answer. More calls would
 * save little: a slice of 40 calls costs one row and two object requests.
 */
const SLICE_CALLS = FREE_PLAN.outsideSubrequests * SLICE_SHARE

/** The time and the number of calls that one alarm may use. Starts at `now` (epoch ms). */
export class SliceBudget {
  readonly #until: number
  #calls = 0

  constructor(now: number) {
    this.#until = now + SLICE_MS
  }

  spend(calls: number): void {
    this.#calls += calls
  }

  isLeft(now: number): boolean {
    return now < this.#until && this.#calls < SLICE_CALLS
  }
}
