import { type ModerationItem, parseModerationId } from '../../actions/moderation/moderation.ts'
import type { ModerationResult } from '../../actions/moderation/moderation-queue.ts'
import type { SubmissionRefusal } from '../../actions/submissions/submission-state.ts'
import { type Actor, actorText } from '../actor.ts'

/** Submissions per list. */
const LISTED = 200

export type ModerateDeps = {
  campaigns(): Promise<ReadonlyArray<{ slug: string }>>
  hasCampaign(slug: string): Promise<boolean>
  pending(slug: string, most: number): Promise<ModerationItem[]>
  decide(
    slug: string,
    id: string,
    decision: 'accept' | 'refuse',
    by: string,
    reason?: SubmissionRefusal,
  ): Promise<ModerationResult>
}

/** The oldest 200 submissions that wait for moderation, of all campaigns, oldest first. */
export async function listPending(deps: Pick<ModerateDeps, 'campaigns' | 'pending'>): Promise<ModerationItem[]> {
  const campaigns = await deps.campaigns()
  const pending = await Promise.all(campaigns.map(({ slug }) => deps.pending(slug, LISTED)))
  const oldestFirst = pending.flat().sort((a, b) => a.receivedAt.localeCompare(b.receivedAt))
  return oldestFirst.slice(0, LISTED)
}

/** Splits a submission's public id into its campaign and its id there; null if malformed or without such a campaign. */
export async function findSubmission(
  deps: Pick<ModerateDeps, 'hasCampaign'>,
  id: string,
): Promise<{ campaign: string; id: string } | null> {
  const read = parseModerationId(id)
  return read !== null && (await deps.hasCampaign(read.campaign)) ? read : null
}

type ModerateInput = {
  actor: Actor
  submission: { campaign: string; id: string }
  decision: 'accept' | 'refuse'
  reason?: SubmissionRefusal | undefined
}

/** Accepts or refuses a submission. The first decision stays. */
export const moderate = (
  deps: Pick<ModerateDeps, 'decide'>,
  { actor, submission, decision, reason }: ModerateInput,
): Promise<ModerationResult> => deps.decide(submission.campaign, submission.id, decision, actorText(actor), reason)
