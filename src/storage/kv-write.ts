/** Writing to Workers KV, which refuses a second write to a key within a second (429) and fails now and then. */

/** Tries of one write: the per-key limit clears after a second, so the third try is past it with room. */
const WRITE_TRIES = 4
/** Milliseconds between tries: just over KV's one write per key per second. */
const WRITE_PAUSE_MS = 1_100

/** @throws the last error once every try was refused; the caller's work is then not done. */
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
