import type { Campaign } from '../../campaigns/campaign.ts'
import { deliverableTargets } from '../../campaigns/letter-language.ts'
import { campaignStatus, mayBeMentioned } from '../../campaigns/page-status.ts'
import { acceptsEndorsements, supportContacts } from '../../campaigns/public-submissions.ts'
import { type ReadableSubmission, readableOf, type Submission, type SubmissionKind } from '../submissions/submission.ts'
import { flagsOf, type SubmissionFlag } from '../submissions/submission-flags.ts'
import type { SubmissionRow } from '../submissions/submission-row.ts'
import type { WithheldName } from './withheld-names.ts'

/** A pending submission as a moderator sees it. It has no address. */
export type ModerationItem = {
  id: string // as `moderationId` makes it
  campaign: string
  kind: SubmissionKind
  receivedAt: string
  flags: SubmissionFlag[]
  acceptable: boolean // false: can only be refused
  submission: ReadableSubmission | null // null when KEYRING lacks the key that sealed it
}

const ID = /^([a-z0-9-]{1,60})\.([0-9a-f-]{36})$/

/** `{slug}.{uuid}`: the public id of a submission, which also names the campaign. */
export const moderationId = (campaign: string, id: string): string => `${campaign}.${id}`

/** The campaign and the inner id of a public id, or null when the form is wrong. */
export function parseModerationId(text: string): { campaign: string; id: string } | null {
  const [, campaign, id] = ID.exec(text) ?? []
  return campaign === undefined || id === undefined ? null : { campaign, id }
}

/**
 * Whether a submission of this kind may still be accepted. Messages, endorsements and letters need an open campaign that takes them.
 * Replies of targets come late, so they only need a page that still shows the campaign. `now` in epoch ms.
 */
export function isAcceptable(kind: SubmissionKind, campaign: Campaign, now: number): boolean {
  const status = campaignStatus(campaign, now)
  switch (kind) {
    case 'reply':
      return mayBeMentioned(status)
    case 'support':
      return status === 'open' && supportContacts(campaign).length > 0
    case 'letter':
      return status === 'open' && deliverableTargets(campaign).length > 0
    case 'endorsement':
      return status === 'open' && acceptsEndorsements(campaign)
  }
}

type ModerationContext = { withheld: readonly WithheldName[]; repeated: boolean; acceptable: boolean }

/** Makes the moderator's view of a stored submission; `submission` is null when it cannot be decrypted. */
export function toModerationItem(
  campaign: string,
  { id, kind, at }: SubmissionRow,
  submission: Submission | null,
  { withheld, repeated, acceptable }: ModerationContext,
): ModerationItem {
  const flags: SubmissionFlag[] =
    submission === null ? [{ kind: 'unreadable' }] : flagsOf(submission, withheld, repeated)
  return {
    id: moderationId(campaign, id),
    campaign,
    kind,
    receivedAt: new Date(at).toISOString(),
    flags,
    acceptable: acceptable && !flags.some(({ kind }) => kind === 'named' || kind === 'unreadable'),
    submission: submission && readableOf(submission),
  }
}
