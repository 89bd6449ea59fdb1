import type { Transition } from '../events/domain-event.ts'
import { firstState } from './approval.ts'
import { appealKey, type DispatchPhase, type DispatchRequest } from './dispatch-request.ts'
import { isDisjoint } from './overlap.ts'

/** A request with an Idempotency-Key: the key with the name of its API token, and the hash of the request's body. */
export type KeyedRequest = { key: string; bodyHash: string }

/** The result of a request for a dispatch. `key-reused`: its Idempotency-Key was used with another body. */
export type OpenResult =
  | { kind: 'opened' | 'replayed'; id: string }
  | { kind: 'key-reused'; id: string }
  | { kind: 'overlap'; id: string; followUpAfter: number | null }

/** An earlier request with the same Idempotency-Key, and the id of its dispatch. */
export type EarlierRequest = { bodyHash: string; dispatch: string }

/** A dispatch of the same appeal that has reached people or may reach some. */
export type RegisteredDispatch = { id: string; request: DispatchRequest; followUpAfter: number | null }

/** The result for a repeated Idempotency-Key: the same dispatch for the same body, else `key-reused`. */
export const answerAgain = (earlier: EarlierRequest, { bodyHash }: KeyedRequest): OpenResult => ({
  kind: earlier.bodyHash === bodyHash ? 'replayed' : 'key-reused',
  id: earlier.dispatch,
})

/** A registered dispatch with its first phase and event, or the earlier dispatch that it overlaps. */
type Registration =
  | ({ kind: 'opened'; id: string } & Transition<DispatchPhase>)
  | { kind: 'overlap'; id: string; followUpAfter: number | null }

/**
 * Registers a dispatch unless an earlier one of the same appeal may reach the same people.
 * `others` contains no cancelled dispatches and none without people. Planning leaves out people whom a cancelled dispatch reached.
 */
export function register(request: DispatchRequest, others: readonly RegisteredDispatch[]): Registration {
  const overlaps = ({ request: earlier, followUpAfter }: RegisteredDispatch) =>
    !earlier.dryRun && !isDisjoint({ audience: earlier.audience, followUpAfter }, request.audience)
  const overlapping = request.dryRun ? undefined : others.find(overlaps)
  if (overlapping !== undefined)
    return { kind: 'overlap', id: overlapping.id, followUpAfter: overlapping.followUpAfter }
  const { id, createdAt: at, createdBy: by, revision, needsApproval } = request
  const source = appealKey(request)
  return {
    kind: 'opened',
    id,
    next: firstState(request),
    events: [{ type: 'dispatch-requested', dispatch: id, at, source, revision, by, needsApproval }],
  }
}
