import { setTimeout as delay } from 'node:timers/promises'
import type { MovableClock } from './movable.ts'

const SETTLED_WITHIN_MS = 60_000
const POLL_EVERY_MS = 25

/**
 * Moves the clock to `end` from alarm to alarm. Waits after each move until no alarm is due. `strideMs`: by how much a move passes the
 * next alarm, so that the alarms of that time ring in one move.
 */
export async function live(clock: MovableClock, end: number, strideMs: number): Promise<void> {
  for (;;) {
    await settle(clock)
    const { next, now } = await clock.time()
    if (now >= end) return
    await clock.moveAtLeastTo(Math.min(end, (next ?? end) + strideMs)) // the next alarm may ring by itself meanwhile
  }
}

/** Waits until no alarm is due. @throws Error after SETTLED_WITHIN_MS */
async function settle(clock: MovableClock): Promise<void> {
  for (const deadline = performance.now() + SETTLED_WITHIN_MS; ; await delay(POLL_EVERY_MS)) {
    const { next, now } = await clock.time()
    if (next === null || next > now) return
    if (performance.now() > deadline) throw new Error(`an alarm is still due after ${SETTLED_WITHIN_MS / 1_000} s`)
  }
}
