import { defined } from '../kit/defined.ts'
import { MINUTE_MS } from '../kit/durations.ts'
import { needsApproval } from './approval.ts'
import type { DispatchRequest, DispatchRequestBody } from './dispatch-request.ts'
import type { MailSource, MissingPart } from './mail-source.ts'

/**
 * How late a start may be, in milliseconds: clocks differ, and a person needs minutes from the command to the Enter key. An earlier time
 * is a mistake, such as last year, and would start at once what was meant for another day.
 */
const MAX_LATE_MS = 5 * MINUTE_MS

/** Why a request for a dispatch is refused. */
export type RequestFault =
  | { kind: 'other-revision'; current: string }
  | { kind: 'blocked'; reason: string; detail: string }
  | MissingPart
  | { kind: 'test-or-dry-run' }
  | { kind: 'not-in-practice'; field: string }
  | { kind: 'no-such-locale'; locales: string[]; known: string[] }
  | { kind: 'past-start' | 'future-join'; found: string; now: number }

/** Checks the body of a request against the current content. Returns the first fault, or null. `now` in epoch ms. */
export function findRequestFault(body: DispatchRequestBody, source: MailSource, now: number): RequestFault | null {
  if (body.dryRun && body.testTo !== undefined) return { kind: 'test-or-dry-run' }
  const misfit = body.practice ? findNotPractised(body) : null
  if (misfit !== null) return { kind: 'not-in-practice', field: misfit }
  if (body.revision !== source.revision) return { kind: 'other-revision', current: source.revision }
  const misplaced = findMisplacedTime(body, now)
  if (misplaced !== null) return misplaced
  const blocked = source.preconditions()(Math.max(now, Date.parse(body.sendAt ?? '') || 0))
  if (blocked !== null && !body.dryRun) return { kind: 'blocked', reason: blocked.kind, detail: blocked.detail }
  const missing = source.missingPart()
  if (missing !== null) return missing
  const known = [...source.locales]
  const unknown = (body.audience.locales ?? []).filter((locale) => !known.includes(locale))
  return unknown.length > 0 ? { kind: 'no-such-locale', locales: unknown, known } : null
}

/** The first field that has no meaning in a practice, whose readers are invented: else null. */
function findNotPractised({ dryRun, testTo, notify, audience }: DispatchRequestBody): string | null {
  if (dryRun) return 'dryRun'
  if (testTo !== undefined) return 'testTo'
  if (notify !== undefined) return 'notify'
  if (audience.notReachedBy !== undefined) return 'audience.notReachedBy'
  return audience.reachedBy === undefined ? null : 'audience.reachedBy'
}

/** A start in the past, which cannot be meant; else null. */
export const findPastStart = (sendAt: string, now: number): RequestFault | null =>
  Date.parse(sendAt) < now - MAX_LATE_MS ? { kind: 'past-start', found: sendAt, now } : null

/** A start in the past, or people who joined in the future: times that cannot be meant. */
function findMisplacedTime({ sendAt, audience }: DispatchRequestBody, now: number): RequestFault | null {
  const { confirmedAfter } = audience
  const past = sendAt === undefined ? null : findPastStart(sendAt, now)
  if (past !== null) return past
  const latest = Math.max(now, Date.parse(sendAt ?? '') || 0) + MAX_LATE_MS
  return confirmedAfter !== undefined && Date.parse(confirmedAfter) > latest
    ? { kind: 'future-join', found: confirmedAfter, now }
    : null
}

/** The dispatch request to store, from the body of the API request. `by` is the organiser, `now` is epoch ms. */
export function toDispatchRequest(
  body: DispatchRequestBody,
  id: string,
  by: string,
  approvalRequired: boolean,
  now: number,
): DispatchRequest {
  return {
    id,
    campaign: body.campaign,
    revision: body.revision,
    email: body.email,
    ...defined({ updateId: body.updateId }),
    audience: body.audience,
    sendAt: body.sendAt === undefined || body.dryRun ? now : Date.parse(body.sendAt), // a dry run counts now
    ...defined({ ratePerMinute: body.ratePerMinute, holdAfter: body.holdAfter }),
    dryRun: body.dryRun,
    ...(body.practice && { practice: true as const }),
    createdAt: now,
    createdBy: by,
    needsApproval: needsApproval(approvalRequired, body.dryRun),
  }
}
