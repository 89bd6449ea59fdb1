/** Milliseconds that one alarm works before other requests get the object: well below the platform's limit of 15 minutes. */
const SLICE_MS = 20_000
/**
 * Calls to a provider or pages of KV in one alarm. The platform's free plan allows 50 outside requests per invocation and fails the next
 * as if there were no answer. More calls would save little: a slice of 40 calls costs one row and two object requests.
 */
const SLICE_CALLS = 40

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
