/** Writing to Workers KV, which refuses a second write to a key within one second (429) and sometimes fails. */

/** Attempts per write. The limit per key clears after a second, so the third attempt already has room. */
const WRITE_TRIES = 4
/** Milliseconds between attempts: just over KV's limit of one write per key per second. */
const WRITE_PAUSE_MS = 1_100

/**
 * Runs `write`, and again after a failure, up to four times.
 * @throws the error of the last attempt.
 */
export async function retryWrite<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write()
    } catch (error) {
      if (tries === WRITE_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, WRITE_PAUSE_MS))
    }
  }
}
