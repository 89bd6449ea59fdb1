import type { PauseReason } from '../delivery/pause-reason.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import type { MailSource } from './mail-source.ts'

/** Why a dispatch may not start at `now` (epoch ms), or null. A dry run sends nothing, so only the revision matters to it. */
export const startBlockedBy = (request: DispatchRequest, source: MailSource, now: number): PauseReason | null =>
  (request.dryRun ? null : source.preconditions(now)) ?? otherRevision(request, source.revision)

/** A dispatch sends the revision that was looked at when it was asked for, and no other. */
function otherRevision(request: DispatchRequest, current: string): PauseReason | null {
  if (current === request.revision) return null
  const detail = `revision ${request.revision} was asked for, and ${current} is current: cancel, and ask again for what is to be sent`
  return { kind: 'revision-changed', detail }
}
