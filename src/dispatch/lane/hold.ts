import type { Ledger } from '../../delivery/ledger.ts'
import type { DispatchRequest } from '../dispatch-request.ts'
import type { DispatchState } from '../dispatch-state.ts'
import type { LaneReport } from './lane-report.ts'

/*
 * A dispatch with `holdAfter` pauses by itself once so many people were handed over. Until an organiser resumes it, its lanes send one
 * after another, so that the number is exact: a lane begins when those before it have finished. All numbers come from the ledgers, which
 * are stored before each call, so a crash changes none.
 */

/** How many people this lane may hand over, `other-lane` while it is the turn of another, or null if there is no limit any more. */
export type Hold = { people: number } | 'other-lane' | null

/** People who were handed to a provider, or may have been. */
const handedOver = ({ accepted, uncertain }: { accepted: number; uncertain: number }): number => accepted + uncertain

/** The hold of a lane. `reports` has all lanes, by index; only finished ones before it count. */
export async function holdOf(
  { holdAfter }: Pick<DispatchRequest, 'holdAfter'>,
  { holdPassed, finishedLanes }: Pick<DispatchState, 'holdPassed' | 'finishedLanes'>,
  lane: number,
  reports: () => Promise<readonly Pick<LaneReport, 'counts'>[]>,
): Promise<Hold> {
  if (holdAfter === undefined || holdPassed === true) return null
  for (let before = 0; before < lane; before++) if (!finishedLanes.includes(before)) return 'other-lane'
  const others = finishedLanes.length === 0 ? [] : (await reports()).filter((_, index) => index !== lane)
  return { people: holdAfter - others.reduce((sum, { counts }) => sum + handedOver(counts), 0) }
}

/** How many more people a lane may hand over. People of a call without an answer count as handed over. */
export function roomIn(ledger: Pick<Ledger, 'counts' | 'due'>, people: number): number {
  let unanswered = 0
  for (const { state, statuses } of ledger.due()) if (state === 'attempted') unanswered += statuses.count('waiting')
  return people - handedOver(ledger.counts().counts) - unanswered
}
