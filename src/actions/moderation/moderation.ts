import type { Campaign } from '../../campaigns/campaign.ts'
import { mayBeMentioned, standingOf } from '../../campaigns/page-status.ts'
import { supportContacts, takesEndorsements } from '../../campaigns/public-submissions.ts'
import type { Voice, VoiceKind } from '../submissions/submission.ts'
import { type Flag, flagsOf } from '../submissions/submission-flags.ts'
import type { VoiceRow } from '../submissions/submission-state.ts'
import type { Withheld } from './withheld-names.ts'

/** Something that waits to be read, as a moderator is shown it. Nobody's address is in it. */
export type ModerationItem = {
  id: string // names the campaign, too
  campaign: string
  kind: VoiceKind
  receivedAt: string
  flags: Flag[]
  acceptable: boolean // false: it can only be refused
  said: Voice | null // null when it does not open
}

const ID = /^([a-z0-9-]{1,60})\.([0-9a-f-]{36})$/

/** `{slug}.{uuid}`: by it alone the campaign's object is found. */
export const moderationId = (campaign: string, id: string): string => `${campaign}.${id}`

export function readModerationId(text: string): { campaign: string; id: string } | null {
  const [, campaign, id] = ID.exec(text) ?? []
  return campaign === undefined || id === undefined ? null : { campaign, id }
}

/**
 * Whether something may still be accepted: what people send while the campaign is open and has somebody to pass it on to or lists it, and a
 * target's reply as long as its page shows the case at all, since answers come late. `now` in epoch ms.
 */
export function isAcceptable(kind: VoiceKind, campaign: Campaign, now: number): boolean {
  const standing = standingOf(campaign, now)
  switch (kind) {
    case 'reply':
      return mayBeMentioned(standing)
    case 'support':
      return standing === 'open' && supportContacts(campaign).length > 0
    case 'endorsement':
      return standing === 'open' && takesEndorsements(campaign)
  }
}

type Circumstances = { withheld: readonly Withheld[]; repeated: boolean; acceptable: boolean }

export function itemFor(
  campaign: string,
  { id, kind, at }: VoiceRow,
  said: Voice | null,
  { withheld, repeated, acceptable }: Circumstances,
): ModerationItem {
  const flags: Flag[] = said === null ? [{ kind: 'unreadable' }] : flagsOf(said, withheld, repeated)
  return {
    id: moderationId(campaign, id),
    campaign,
    kind,
    receivedAt: new Date(at).toISOString(),
    flags,
    acceptable: acceptable && !flags.some(({ kind }) => kind === 'named' || kind === 'unreadable'),
    said,
  }
}
