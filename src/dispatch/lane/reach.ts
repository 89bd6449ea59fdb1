import type { FoundPerson } from '../../delivery/ledger.ts'
import type { RecipientStatus } from '../../delivery/recipient-statuses.ts'
import type { DispatchRequest } from '../dispatch-request.ts'

/**
 * Whom a later dispatch of the same appeal leaves out. `unless-cancelled`: everybody whom an earlier one planned, without the cancelled.
 * `reached`: whoever got the mail, may have got it or will get it. `got`: whoever got it or may have got it, for a dispatch to these
 * people (`reachedBy`).
 */
export type ReachRule = 'unless-cancelled' | 'reached' | 'got'

export const ruleFor = ({ audience }: Pick<DispatchRequest, 'audience'>): ReachRule =>
  audience.notReachedBy === undefined ? 'unless-cancelled' : 'reached'

const COUNTED: Readonly<Record<ReachRule, ReadonlySet<RecipientStatus>>> = {
  'unless-cancelled': new Set(['waiting', 'accepted', 'refused', 'suppressed', 'uncertain']),
  reached: new Set(['waiting', 'accepted', 'uncertain']),
  got: new Set(['accepted', 'uncertain']),
}
/** Statuses that the answer of a call under way can still change. */
const UNDECIDED: ReadonlySet<RecipientStatus> = new Set(['waiting', 'uncertain'])

/** How a lane's people stand towards a dispatch that asks. `open`: a call to them is under way or, by
 * the rule `got`, they still wait. `claimed`: this lane is planning them. */
export type Reach = { reached: string[]; open: string[]; claimed: string[] }

/** Sorts the people that a lane found. `openCalls` are the batches of which a call is under way. */
export function reachOf(found: Iterable<FoundPerson>, openCalls: ReadonlySet<number>, rule: ReachRule): Reach {
  const reach: Reach = { reached: [], open: [], claimed: [] }
  for (const { id, fingerprint, status } of found) {
    if (status === undefined) continue
    const isOpen = openCalls.has(id) ? UNDECIDED.has(status) : rule === 'got' && status === 'waiting'
    if (isOpen) reach.open.push(fingerprint)
    else if (COUNTED[rule].has(status)) reach.reached.push(fingerprint)
  }
  return reach
}
