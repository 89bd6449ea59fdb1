import { type Campaign, localesOfMail, wordsIn } from '../campaigns/campaign.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import type { DispatchRequest, DispatchRequestBody } from './dispatch-request.ts'
import { blockedBy } from './preconditions.ts'

/** Why a dispatch cannot be asked for like this, as one tagged reason. */
export type RequestFault =
  | { kind: 'other-revision'; current: string }
  | { kind: 'hindered'; reason: string; detail: string }
  | { kind: 'no-such-update'; known: string[] }
  | { kind: 'update-not-asked' }
  | { kind: 'test-or-dry-run' }
  | { kind: 'no-such-locale'; locales: string[]; known: string[] }

/** Checks a request against the campaign as it stands. `now` in epoch ms. */
export function findRequestFault(body: DispatchRequestBody, campaign: Campaign, now: number): RequestFault | null {
  if (body.dryRun && body.testTo !== undefined) return { kind: 'test-or-dry-run' }
  if (body.revision !== campaign.revision) return { kind: 'other-revision', current: campaign.revision }
  const blocker = blockedBy(campaign, body.email, Math.max(now, Date.parse(body.sendAt ?? '') || 0))
  if (blocker !== null && !body.dryRun) return { kind: 'hindered', reason: blocker.kind, detail: blocker.detail }
  if (body.email === 'update') {
    const known = wordsIn(campaign, FALLBACK_LOCALE).updates.map((update) => update.id)
    if (body.updateId === undefined || !known.includes(body.updateId)) return { kind: 'no-such-update', known }
  } else if (body.updateId !== undefined) return { kind: 'update-not-asked' }
  const known = localesOfMail(campaign, body.email, body.updateId)
  const unknown = (body.audience.locales ?? []).filter((locale) => !known.includes(locale))
  return unknown.length > 0 ? { kind: 'no-such-locale', locales: unknown, known } : null
}

export function toDispatchRequest(
  body: DispatchRequestBody,
  id: string,
  by: string,
  needsApproval: boolean,
  now: number,
): DispatchRequest {
  return {
    id,
    campaign: body.campaign,
    revision: body.revision,
    email: body.email,
    ...(body.updateId !== undefined && { updateId: body.updateId }),
    audience: body.audience,
    sendAt: body.sendAt === undefined ? now : Date.parse(body.sendAt),
    ...(body.ratePerMinute !== undefined && { ratePerMinute: body.ratePerMinute }),
    dryRun: body.dryRun,
    createdAt: now,
    createdBy: by,
    needsApproval: needsApproval && !body.dryRun,
  }
}
