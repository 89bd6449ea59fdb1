import { LEDGER_DAYS, RECIPIENT_DAYS } from '../../delivery/ledger.ts'
import { DAY_MS, HOUR_MS } from '../../kit/durations.ts'
import type { DispatchState } from '../dispatch-state.ts'

/** Milliseconds after its end at which a dispatch's last view is stored again: providers report for days. */
const REFRESHED_AFTER_MS = [HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, RECIPIENT_DAYS * DAY_MS]

/** What a dispatch that has ended keeps, and when to look again (epoch ms). */
type AfterEnd = { keepsText: boolean; keepsRecords: boolean; nextAt: number }

/**
 * What becomes of a dispatch after its end. Its text is needed only while an organiser may have uncertain batches sent again. Its own
 * records go with its ledgers.
 */
export function afterEnd(
  { state, finishedAt = 0 }: Pick<DispatchState, 'state' | 'finishedAt'>,
  uncertain: number,
  now: number,
): AfterEnd {
  const since = now - finishedAt
  const next = REFRESHED_AFTER_MS.find((after) => after > since) ?? LEDGER_DAYS * DAY_MS
  return {
    keepsText: state === 'finished' && uncertain > 0 && since < RECIPIENT_DAYS * DAY_MS,
    keepsRecords: since < LEDGER_DAYS * DAY_MS,
    nextAt: finishedAt + next,
  }
}
