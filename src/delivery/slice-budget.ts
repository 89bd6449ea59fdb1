/** Milliseconds one alarm works before it lets others have the object: well under the platform's 15 minutes. */
const SLICE_MS = 20_000
/**
 * Calls to a provider or pages of KV in one alarm: the platform's free plan lets one invocation make 50 outside requests, and refuses
 * the next in a way that looks like silence. More would save little: a slice costs one row and two object requests for 40 calls.
 */
const SLICE_CALLS = 40

/** How long one alarm may work, and how many calls it may make. */
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
