import { EVERYTHING_STOPPED, type PauseReason } from '../delivery/pause-reason.ts'
import type { RaisedNotice } from '../notices/notice-table.ts'
import type { DispatchView } from './dispatch-request.ts'

/** The kind of pause that an organiser asked for. */
export const ASKED = 'asked'

/** What organisers must know of a pause. Nothing if one of them asked for it, or for the stop of everything. */
export const noticesOfPause = (id: string, { kind }: PauseReason): RaisedNotice[] =>
  kind === ASKED || kind === EVERYTHING_STOPPED.kind ? [] : [{ kind: 'dispatch-paused', subject: id, detail: kind }]

/** What organisers must know of a dispatch that has just ended: whom it may not have reached, and why. */
export function noticesOfEnd(
  view: Pick<DispatchView, 'id' | 'state' | 'counts' | 'dryRun' | 'damaged'>,
): RaisedNotice[] {
  const { id, state, counts, dryRun, damaged = 0 } = view
  const notices: RaisedNotice[] = []
  const add = (kind: RaisedNotice['kind'], people: number) => {
    if (people > 0) notices.push({ kind, subject: id, detail: `${people} people` })
  }
  add('dispatch-uncertain', counts.uncertain)
  // A dry run, or a cancel, cancels everybody who waits.
  if (state === 'finished' && !dryRun) add('dispatch-incomplete', counts.cancelled)
  add('supporters-unreadable', damaged)
  return notices
}
