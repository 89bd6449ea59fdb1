import type { Transition } from '../events/domain-event.ts'
import { firstState } from './approval.ts'
import { appealKey, type DispatchPhase, type DispatchRequest, ENDED_PHASES } from './dispatch-request.ts'
import { isDisjoint } from './overlap.ts'

/** A request with an Idempotency-Key: the key with the name of its API token, and the hash of the request's body. */
export type KeyedRequest = { key: string; bodyHash: string }

/** The result of a request for a dispatch. `key-reused`: its Idempotency-Key was used with another body. */
export type OpenResult =
  | { kind: 'opened' | 'replayed'; id: string }
  | { kind: 'key-reused'; id: string }
  | Overlap
  | NamedFault

/** The dispatch overlaps with an earlier one. `mayName`: it may be repeated with `notReachedBy` and this id. */
type Overlap = { kind: 'overlap'; id: string; followUpAfter: number | null; mayName: string | null }

/** Why `notReachedBy` names no dispatch that a new one can follow. */
type NamedFault =
  | { kind: 'no-such-earlier'; id: string; why: 'unknown' | 'other-appeal' | 'dry-run' }
  | { kind: 'earlier-under-way'; id: string; state: DispatchPhase }

/** An earlier request with the same Idempotency-Key, and the id of its dispatch. */
export type EarlierRequest = { bodyHash: string; dispatch: string }

/** A dispatch of the same appeal that has reached people or may reach some. */
export type RegisteredDispatch = NamedDispatch & { followUpAfter: number | null }

/** An earlier dispatch of any appeal, with its last known state. */
export type NamedDispatch = { id: string; request: DispatchRequest; state: DispatchPhase }

/** The result for a repeated Idempotency-Key: the same dispatch for the same body, else `key-reused`. */
export const answerAgain = (earlier: EarlierRequest, { bodyHash }: KeyedRequest): OpenResult => ({
  kind: earlier.bodyHash === bodyHash ? 'replayed' : 'key-reused',
  id: earlier.dispatch,
})

/** A registered dispatch with its first phase and event, or the earlier dispatch that it overlaps. */
type Registration = ({ kind: 'opened'; id: string } & Transition<DispatchPhase>) | Overlap | NamedFault

/**
 * Registers a dispatch unless an earlier one of the same appeal may reach the same people.
 * `others` contains no cancelled dispatches and none without people. Planning leaves out people whom a cancelled dispatch reached.
 * `named` is the dispatch of `notReachedBy`: once it is over, the new one is for people whom no dispatch has reached, so nothing overlaps.
 */
export function register(
  request: DispatchRequest,
  others: readonly RegisteredDispatch[],
  named?: NamedDispatch,
): Registration {
  const fault = faultOfNamed(request, named)
  if (fault !== null) return fault
  const overlaps = ({ request: earlier, followUpAfter }: RegisteredDispatch) =>
    !earlier.dryRun && !isDisjoint({ audience: earlier.audience, followUpAfter }, request.audience)
  const overlapping = request.dryRun || named !== undefined ? undefined : others.find(overlaps)
  if (overlapping !== undefined) {
    const { id, followUpAfter, state } = overlapping
    return { kind: 'overlap', id, followUpAfter, mayName: ENDED_PHASES.has(state) ? id : null }
  }
  const { id, createdAt: at, createdBy: by, revision, needsApproval } = request
  const source = appealKey(request)
  return {
    kind: 'opened',
    id,
    next: firstState(request),
    events: [{ type: 'dispatch-requested', dispatch: id, at, source, revision, by, needsApproval }],
  }
}

function faultOfNamed(request: DispatchRequest, named: NamedDispatch | undefined): NamedFault | null {
  const id = request.audience.notReachedBy
  if (id === undefined) return null
  if (named === undefined) return { kind: 'no-such-earlier', id, why: 'unknown' }
  if (appealKey(named.request) !== appealKey(request)) return { kind: 'no-such-earlier', id, why: 'other-appeal' }
  if (named.request.dryRun) return { kind: 'no-such-earlier', id, why: 'dry-run' }
  return ENDED_PHASES.has(named.state) ? null : { kind: 'earlier-under-way', id, state: named.state }
}
