import { HOUR_MS } from '../../kit/durations.ts'
import { errorMessage } from '../../kit/result.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import type { StoredBackoff } from '../../storage/stored-backoff.ts'

/** Milliseconds for which pages may be late before organisers are told: a short failure of KV ends by itself. */
const LATE_MS = HOUR_MS

/** Notes that something could not be written, and tells organisers once this has lasted an hour. `now` in epoch ms. */
export async function noteFailure(env: Env, backoff: StoredBackoff, reason: unknown, now: number): Promise<void> {
  const detail = errorMessage(reason)
  console.error('publication: not written yet:', detail)
  backoff.failed(now)
  if (backoff.failingFor(now) >= LATE_MS) await raiseNotice(env, { kind: 'pages-late', subject: 'pages', detail })
}

/** Runs all of them, one after the other: two writes of one key at once would be refused. Returns the first failure, if any. */
export async function firstFailureOf(acts: ReadonlyArray<() => Promise<unknown>>) {
  let first: PromiseRejectedResult | undefined
  for (const act of acts) {
    const [result] = await Promise.allSettled([act()])
    if (result.status === 'rejected') first ??= result
  }
  return first
}
