/**
 * Bytes of open calls in one isolate. An isolate has 128 MB, and all lanes of a dispatch may share one: sixteen calls of 4.5 MB, with the
 * code, the pages of planning and the spare buffers, would not fit (docs/scale.md).
 */
const MAX_OPEN_BYTES = 32_000_000
/** Bytes assumed of a sender's first call: the largest that a provider without merging takes, 100 mails in Cyrillic or Arabic. */
const FIRST_CALL_BYTES = 5_000_000
/** Milliseconds after which a call counts as over: longer than any call's timeout. An object that was killed never says so. */
const FORGOTTEN_MS = 120_000
/** Milliseconds between two looks for room. Objects may not wake each other: a promise belongs to the object that made it. */
const LOOK_EVERY_MS = 25
/** Milliseconds after which a call begins even without room, so that nothing waits for ever. */
const MAX_WAIT_MS = 30_000

type Clock = { now(): number; sleep(milliseconds: number): Promise<void> }
const CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

/** The open calls of an isolate. Each sender has one at a time. */
export class OpenCalls {
  readonly #open = new Map<object, { bytes: number; until: number }>()
  readonly #clock: Clock

  constructor(clock: Clock = CLOCK) {
    this.#clock = clock
  }

  /** Waits until a call of `bytes` has room beside the others, and takes it. One larger than all room waits until it is alone. */
  async take(sender: object, bytes = FIRST_CALL_BYTES): Promise<void> {
    this.end(sender)
    const giveUpAt = this.#clock.now() + MAX_WAIT_MS
    while (!this.#hasRoom(bytes) && this.#clock.now() < giveUpAt) await this.#clock.sleep(LOOK_EVERY_MS)
    this.#open.set(sender, { bytes, until: this.#clock.now() + FORGOTTEN_MS })
  }

  /** Ends the sender's call, if one is open. */
  end(sender: object): void {
    this.#open.delete(sender)
  }

  #hasRoom(bytes: number): boolean {
    const now = this.#clock.now()
    let taken = 0
    for (const [sender, call] of this.#open) {
      if (call.until <= now) this.#open.delete(sender)
      else taken += call.bytes
    }
    return taken === 0 || taken + bytes <= MAX_OPEN_BYTES
  }
}

/** The open calls of this isolate. */
export const openCalls = new OpenCalls()
