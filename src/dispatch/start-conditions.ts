import type { PauseReason } from '../delivery/pause-reason.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import type { MailSource } from './mail-source.ts'

/** Why a dispatch may not start at `now` (epoch ms), or null. For a dry run only the revision is checked, since it sends nothing. */
export const startBlockedBy = (request: DispatchRequest, source: MailSource, now: number): PauseReason | null =>
  (request.dryRun ? null : source.preconditions()(now)) ?? otherRevision(request, source.revision)

/** The reason to pause if another revision is current: a dispatch only sends the revision that its organiser requested. */
function otherRevision(request: DispatchRequest, current: string): PauseReason | null {
  if (current === request.revision) return null
  const detail = `revision ${request.revision} was requested, but ${current} is current: cancel, and request the current revision`
  return { kind: 'revision-changed', detail }
}
