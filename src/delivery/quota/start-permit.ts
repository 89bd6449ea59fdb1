/**
 * Milliseconds after its permit within which a call must begin, when its wait for the rate is over. A stop of everything counts on it. A
 * batch is usually composed in a tenth of this; a caller that needs longer asks again whether it may begin.
 */
export const BEGIN_WITHIN_MS = 1_500
/** Milliseconds after a permit at which a call may begin at the latest. More than above, since clocks stand still while code computes. */
export const LATEST_BEGIN_MS = 2_000
/** Times that a caller asks again. An account whose answers take that long is out of order: the alarm's back-off follows. */
const ASK_AGAIN_TIMES = 5

type Confirming = { confirm(): Promise<boolean> }

/** The permit for one call. Knows until when the call may begin without asking again. */
export class StartPermit {
  readonly #quota: Confirming
  readonly #now: () => number
  #until = 0

  constructor(quota: Confirming, now: () => number = Date.now) {
    this.#quota = quota
    this.#now = now
  }

  /** Records a permit that was asked for at `askedAt` (epoch ms), for a call after `waitMs`. */
  granted(askedAt: number, waitMs: number): void {
    this.#until = askedAt + waitMs + BEGIN_WITHIN_MS
  }

  /** Whether the call may begin now: false if everything was stopped meanwhile. @throws Error if the account answers too slowly */
  async mayBegin(): Promise<boolean> {
    for (let times = 0; times < ASK_AGAIN_TIMES; times++) {
      const askedAt = this.#now()
      if (askedAt < this.#until) return true
      if (!(await this.#quota.confirm())) return false
      this.granted(askedAt, 0)
    }
    throw new Error('the quota of the sending account answers too slowly for a call to begin')
  }
}
