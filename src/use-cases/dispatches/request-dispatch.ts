import type { Campaign } from '../../campaigns/campaign.ts'
import { campaignMail } from '../../dispatch/campaign-mail.ts'
import type { DispatchPhase, DispatchRequest, DispatchRequestBody } from '../../dispatch/dispatch-request.ts'
import { practiceId } from '../../dispatch/practice/practice.ts'
import type { KeyedRequest, NotOpened, OpenResult, Registration } from '../../dispatch/register-dispatch.ts'
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
    /** What `open` would answer now. */
    decide(request: DispatchRequest): Promise<Registration>
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

/** What the request of a dry run would be answered without `dryRun`. */
export type RealAnswer = { kind: 'opens'; state: DispatchPhase } | { kind: 'fault'; fault: RequestFault } | NotOpened

/** The registry's answer; after a dry run, with that of the real request. */
export type Requested =
  | { kind: 'opened'; id: string; real?: RealAnswer }
  | { kind: 'replayed'; id: string; real?: RealAnswer }
  | NotOpened

type RequestDispatchOutcome =
  | Requested
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
  if (earlier && !request.dryRun) return earlier
  const campaign = await deps.campaign(request.campaign)
  const withReal = async (opened: OpenResult): Promise<Requested> =>
    request.dryRun && campaign !== null && (opened.kind === 'opened' || opened.kind === 'replayed')
      ? { ...opened, real: await realAnswer(deps, actor, request, campaign) }
      : opened
  if (earlier) return withReal(earlier)
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
  return withReal(await deps.registry.open({ ...dispatch, ...defined({ notify }) }, keyed))
}

/** Decides about the request of a dry run as if it were real. Opens nothing. */
async function realAnswer(
  deps: RequestDispatchDeps,
  actor: Actor,
  request: DispatchRequestBody,
  campaign: Campaign,
): Promise<RealAnswer> {
  const real = { ...request, dryRun: false }
  const fault = findRequestFault(real, campaignMail(campaign, real), deps.now)
  if (fault !== null) return { kind: 'fault', fault }
  const dispatch = toDispatchRequest(real, deps.newId(), actor.name, deps.requireApproval, deps.now)
  const decided = await deps.registry.decide(dispatch)
  return decided.kind === 'opened' ? { kind: 'opens', state: decided.next } : decided
}
