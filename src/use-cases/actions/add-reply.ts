import { moderationId } from '../../actions/moderation/moderation.ts'
import type { TargetReply } from '../../actions/submissions/submission.ts'
import type { SubmissionStatus } from '../../actions/submissions/submission-status.ts'
import type { Actor } from '../actor.ts'

export type AddReplyDeps = {
  addReply(slug: string, reply: TargetReply): Promise<{ id: string; status: SubmissionStatus } | null>
}

type AddReplyInput = { actor: Actor; slug: string; reply: Omit<TargetReply, 'kind'> }

/** Adds a target's reply for moderation. Null if the campaign has no such target. */
export async function addReply(
  deps: AddReplyDeps,
  { slug, reply }: AddReplyInput,
): Promise<{ id: string; standing: SubmissionStatus } | null> {
  const added = await deps.addReply(slug, { kind: 'reply', ...reply })
  return added && { id: moderationId(slug, added.id), standing: added.status }
}
