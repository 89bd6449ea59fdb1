import type { Transition } from '../events/domain-event.ts'
import { firstState } from './approval.ts'
import { appealKey, type DispatchPhase, type DispatchRequest } from './dispatch-request.ts'
import { isDisjoint } from './overlap.ts'

/** An Idempotency-Key together with the name of the token that used it, and the hash of the body it came with. */
export type KeyedRequest = { key: string; bodyHash: string }

/** What a request for a dispatch came to. */
export type OpenResult =
  | { kind: 'opened' | 'replayed'; id: string }
  | { kind: 'key-reused'; id: string }
  | { kind: 'overlap'; id: string; followUpAfter: number | null }

export type EarlierRequest = { bodyHash: string; dispatch: string }
/** A dispatch of the same appeal that may have reached people, or may yet. */
export type RegisteredDispatch = { id: string; request: DispatchRequest; followUpAfter: number | null }

/** A request that used the same key gets the same answer, whatever has changed since. */
export const answerAgain = (earlier: EarlierRequest, { bodyHash }: KeyedRequest): OpenResult => ({
  kind: earlier.bodyHash === bodyHash ? 'replayed' : 'key-reused',
  id: earlier.dispatch,
})

export type Registration =
  | ({ kind: 'opened'; id: string } & Transition<DispatchPhase>)
  | { kind: 'overlap'; id: string; followUpAfter: number | null }

/**
 * Registers a dispatch unless an earlier one of the same appeal may reach the same people.
 * A cancelled one, or one without people, is not among `others`: planning leaves out people whom a cancelled one has reached.
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
