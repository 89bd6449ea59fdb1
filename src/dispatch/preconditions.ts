import { type Campaign, mailBlockedBy } from '../campaigns/campaign.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import type { DispatchRequest } from './dispatch-request.ts'

const SENTENCES = {
  draft: 'the campaign is a draft: set its status to open',
  closed: 'the campaign is closed or won, and an appeal asks people to act: send an update instead',
  expired: 'the campaign is past its doNotUseAfter',
  'naming-expired':
    'somebody’s agreement to be named has ended: agree on it anew and publish, then start a new dispatch',
} as const

/** Why this e-mail of this campaign may not be sent now, in words for its organiser. `now` in epoch ms. */
export function blockedBy(campaign: Campaign | null, email: string, now: number): PauseReason | null {
  if (campaign === null) return { kind: 'gone', detail: 'the campaign is no longer published' }
  const kind = mailBlockedBy(campaign, email, now)
  return kind === null ? null : { kind, detail: SENTENCES[kind] }
}

/**
 * Whether somebody whom the frozen text may name must no longer be named so: shown less since (named → initials → withheld), shown
 * otherwise, or taken out. The old text must not go on in that case, whoever resumes it.
 */
export function isNameWithdrawn(snapshot: Campaign, current: Campaign): boolean {
  return snapshot.people.some((then) => {
    if (then.naming === 'withheld') return false
    const now = current.people.find((person) => person.id === then.id)
    return now === undefined || now.naming !== then.naming || JSON.stringify(now.as) !== JSON.stringify(then.as)
  })
}

export const NAME_WITHDRAWN: PauseReason = {
  kind: 'name-withdrawn',
  detail:
    'somebody this text names may no longer be named so: cancel, and start a new dispatch with the current revision',
}

/** Whether a new revision changes what a dispatch of the old one may do, so that it has to stop until a person has looked. */
export const stopsDispatches = (before: Campaign, after: Campaign): boolean =>
  before.status !== after.status ||
  before.doNotUseAfter !== after.doNotUseAfter ||
  JSON.stringify(before.people) !== JSON.stringify(after.people) ||
  JSON.stringify(before.events) !== JSON.stringify(after.events) // nobody is called to where nothing takes place any more

/** A dispatch sends the revision that was looked at when it was asked for, and no other. */
export function otherRevision(request: DispatchRequest, current: string | undefined): PauseReason | null {
  if (current === request.revision) return null
  const detail = `revision ${request.revision} was asked for, and ${current} is current: cancel, and ask again for what is to be sent`
  return { kind: 'revision-changed', detail }
}
