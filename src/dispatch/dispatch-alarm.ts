import { alarmPauseMs } from '../kit/backoff.ts'
import { errorMessage } from '../kit/result.ts'
import { advance, type Progressing } from './dispatch-progress.ts'
import { paused } from './dispatch-state.ts'

/** Failures of the alarm in a row after which the dispatch pauses, so that an organiser sees the error. */
const FAILURES_BEFORE_PAUSE = 10

/** Does the due work of a dispatch and sets its next alarm. `failures`: in a row so far. Returns their new number. */
export async function runAlarm(
  dispatch: Progressing,
  failures: number,
  setAlarm: (at: number) => Promise<void>,
): Promise<number> {
  const { storage, state } = dispatch
  try {
    const next = storage.hasBegun() ? await advance(dispatch) : null
    if (next !== null) await setAlarm(next)
    return 0
  } catch (error) {
    const reason = { kind: 'failed', detail: errorMessage(error) }
    console.error('dispatch', storage.request().id, reason.detail)
    await setAlarm(Date.now() + alarmPauseMs(failures, Math.random()))
    if ((failures + 1) % FAILURES_BEFORE_PAUSE === 0) await state.change((now, moment) => paused(now, moment, reason))
    return failures + 1
  }
}
