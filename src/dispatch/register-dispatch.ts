import type { Transition } from '../events/domain-event.ts'
import { firstState } from './approval.ts'
import { appealKey, type DispatchPhase, type DispatchRequest, ENDED_PHASES } from './dispatch-request.ts'
import { isDisjoint } from './overlap.ts'

/** A request with an Idempotency-Key: the key with the name of its API token, and the hash of the request's body. */
export type KeyedRequest = { key: string; bodyHash: string }

/** The result of a request for a dispatch. `key-reused`: its Idempotency-Key was used with another body. */
export type OpenResult = { kind: 'opened'; id: string } | { kind: 'replayed'; id: string } | NotOpened
export type NotOpened = { kind: 'key-reused'; id: string } | Overlap | NamedFault

/** The dispatch overlaps with an earlier one. `mayName`: it may be repeated with `notReachedBy` and this id. */
type Overlap = { kind: 'overlap'; id: string; followUpAfter: number | null; mayName: string | null }

/** The audience's fields that name an earlier dispatch. */
type NamingField = 'notReachedBy' | 'reachedBy'

/** The dispatches that an audience names, with the number of their lanes; undefined if there is none with that id. */
export type NamedDispatches = Partial<Record<NamingField, (NamedDispatch & { lanes: number }) | undefined>>

/** Why a field names no dispatch that a new one can follow. */
type NamedFault =
  | {
      kind: 'no-such-earlier'
      field: NamingField
      id: string
      why: 'unknown' | 'other-appeal' | 'same-appeal' | 'other-campaign' | 'dry-run' | 'practice' | 'no-records'
    }
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
export type Registration = ({ kind: 'opened'; id: string } & Transition<DispatchPhase>) | Overlap | NamedFault

/**
 * Registers a dispatch unless an earlier one of the same appeal may reach the same people.
 * `others` contains no cancelled dispatches and none without people. Planning leaves out people whom a cancelled dispatch reached.
 * Once the dispatch of `named.notReachedBy` is over, the new one is for people whom no dispatch has reached, so nothing overlaps.
 */
export function register(
  request: DispatchRequest,
  others: readonly RegisteredDispatch[],
  named: NamedDispatches = {},
): Registration {
  const fault = faultOfNamed(request, named, 'notReachedBy') ?? faultOfNamed(request, named, 'reachedBy')
  if (fault !== null) return fault
  const overlaps = ({ request: earlier, followUpAfter }: RegisteredDispatch) =>
    !earlier.dryRun && !isDisjoint({ audience: earlier.audience, followUpAfter }, request.audience)
  const overlapping = request.dryRun || named.notReachedBy !== undefined ? undefined : others.find(overlaps)
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

function faultOfNamed(request: DispatchRequest, named: NamedDispatches, field: NamingField): NamedFault | null {
  const id = request.audience[field]
  if (id === undefined) return null
  const found = named[field]
  const why = found === undefined ? 'unknown' : (whyNot[field](request, found) ?? sentNothing(found))
  if (why) return { kind: 'no-such-earlier', field, id, why }
  if (found !== undefined && !ENDED_PHASES.has(found.state))
    return { kind: 'earlier-under-way', id, state: found.state }
  return field === 'reachedBy' && found?.lanes === 0 ? { kind: 'no-such-earlier', field, id, why: 'no-records' } : null
}

/** Why a dispatch reached nobody although it ended: it was none that sends. */
const sentNothing = ({ request: { dryRun, practice } }: NamedDispatch) =>
  dryRun ? 'dry-run' : practice ? 'practice' : null

/** Why a dispatch does not fit a field, by its e-mail. Nobody gets an appeal twice, so `reachedBy` names another e-mail. */
const whyNot = {
  notReachedBy: (request: DispatchRequest, found: NamedDispatch) =>
    appealKey(found.request) === appealKey(request) ? null : 'other-appeal',
  reachedBy: (request: DispatchRequest, found: NamedDispatch) => {
    if (found.request.campaign !== request.campaign) return 'other-campaign'
    return appealKey(found.request) === appealKey(request) ? 'same-appeal' : null
  },
} as const
