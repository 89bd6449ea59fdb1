import type { Campaign } from '../../campaigns/campaign.ts'
import { campaignMail } from '../../dispatch/campaign-mail.ts'
import type { DispatchRequest, DispatchRequestBody } from '../../dispatch/dispatch-request.ts'
import { practiceId } from '../../dispatch/practice/practice.ts'
import type { KeyedRequest, OpenResult } from '../../dispatch/register-dispatch.ts'
import { findRequestFault, type RequestFault, toDispatchRequest } from '../../dispatch/request-faults.ts'
import { defined } from '../../kit/defined.ts'
import type { Result } from '../../kit/result.ts'
import type { Actor } from '../actor.ts'

export type RequestDispatchDeps = {
  now: number // epoch ms
  requireApproval: boolean
  newId(): string
  /** Seals the addresses of `notify` for a dispatch. */
  sealNotify(id: string, addresses: readonly string[]): Promise<string>
  registry: {
    replay(keyed: KeyedRequest): Promise<OpenResult | null>
    open(request: DispatchRequest, keyed: KeyedRequest | null): Promise<OpenResult>
  }
  campaign(slug: string): Promise<Campaign | null>
  /** Sends a test mail. Returns its language, or why no mail was sent. */
  sendTest(campaign: Campaign, request: DispatchRequestBody, to: string): Promise<Result<string, string>>
}

/** `key`: the Idempotency-Key header. `bodyHash`: SHA-256 of the request's text. */
type RequestDispatchInput = {
  actor: Actor
  request: DispatchRequestBody
  key?: string | undefined
  bodyHash: string
}

type RequestDispatchOutcome =
  | OpenResult
  | { kind: 'no-such-campaign' }
  | { kind: 'fault'; fault: RequestFault }
  | { kind: 'test-queued'; locale: string }
  | { kind: 'test-refused'; reason: string }

/** Opens a dispatch, at most one for each Idempotency-Key of an actor; or sends one test mail, with `testTo`. */
export async function requestDispatch(
  deps: RequestDispatchDeps,
  { actor, request, key, bodyHash }: RequestDispatchInput,
): Promise<RequestDispatchOutcome> {
  const keyed = key === undefined ? null : { key: `${actor.name}/${key}`, bodyHash }
  const earlier = keyed && (await deps.registry.replay(keyed))
  if (earlier) return earlier
  const campaign = await deps.campaign(request.campaign)
  if (campaign === null) return { kind: 'no-such-campaign' }
  const fault = findRequestFault(request, campaignMail(campaign, request), deps.now)
  if (fault !== null) return { kind: 'fault', fault }
  if (request.testTo !== undefined) {
    const sent = await deps.sendTest(campaign, request, request.testTo)
    return sent.ok ? { kind: 'test-queued', locale: sent.value } : { kind: 'test-refused', reason: sent.error }
  }
  const id = request.practice ? practiceId(deps.newId()) : deps.newId()
  const dispatch = toDispatchRequest(request, id, actor.name, deps.requireApproval, deps.now)
  const notify = request.notify?.length ? await deps.sealNotify(id, request.notify) : undefined
  return deps.registry.open({ ...dispatch, ...defined({ notify }) }, keyed)
}
