import type { Campaign } from '../../campaigns/campaign.ts'
import { campaignStatus, mayBeMentioned } from '../../campaigns/page-status.ts'
import { acceptsEndorsements, supportContacts } from '../../campaigns/public-submissions.ts'
import type { Submission, SubmissionKind } from '../submissions/submission.ts'
import { flagsOf, type SubmissionFlag } from '../submissions/submission-flags.ts'
import type { SubmissionRow } from '../submissions/submission-state.ts'
import type { WithheldName } from './withheld-names.ts'

/** Something that waits to be read, as a moderator is shown it. Nobody's address is in it. */
export type ModerationItem = {
  id: string // names the campaign, too
  campaign: string
  kind: SubmissionKind
  receivedAt: string
  flags: SubmissionFlag[]
  acceptable: boolean // false: it can only be refused
  submission: Submission | null // null when it does not open
}

const ID = /^([a-z0-9-]{1,60})\.([0-9a-f-]{36})$/

/** `{slug}.{uuid}`: by it alone the campaign's object is found. */
export const moderationId = (campaign: string, id: string): string => `${campaign}.${id}`

export function parseModerationId(text: string): { campaign: string; id: string } | null {
  const [, campaign, id] = ID.exec(text) ?? []
  return campaign === undefined || id === undefined ? null : { campaign, id }
}

/**
 * Whether something may still be accepted: what people send while the campaign is open and has somebody to pass it on to or lists it, and a
 * target's reply as long as its page shows the case at all, since answers come late. `now` in epoch ms.
 */
export function isAcceptable(kind: SubmissionKind, campaign: Campaign, now: number): boolean {
  const status = campaignStatus(campaign, now)
  switch (kind) {
    case 'reply':
      return mayBeMentioned(status)
    case 'support':
      return status === 'open' && supportContacts(campaign).length > 0
    case 'endorsement':
      return status === 'open' && acceptsEndorsements(campaign)
  }
}

type ModerationContext = { withheld: readonly WithheldName[]; repeated: boolean; acceptable: boolean }

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
    submission,
  }
}
