import { type Campaign, localesOfMail, wordsIn } from '../campaigns/campaign.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import type { Asked, Order } from './dispatch-request.ts'
import { hindranceFor } from './preconditions.ts'

/** Why a dispatch cannot be asked for like this, as one tagged reason. */
export type RequestFault =
  | { kind: 'other-revision'; current: string }
  | { kind: 'hindered'; reason: string; detail: string }
  | { kind: 'no-such-update'; known: string[] }
  | { kind: 'update-not-asked' }
  | { kind: 'test-or-dry-run' }
  | { kind: 'no-such-locale'; locales: string[]; known: string[] }

/** Checks a request against the campaign as it stands. `now` in epoch ms. */
export function faultIn(asked: Asked, campaign: Campaign, now: number): RequestFault | null {
  if (asked.dryRun && asked.testTo !== undefined) return { kind: 'test-or-dry-run' }
  if (asked.revision !== campaign.revision) return { kind: 'other-revision', current: campaign.revision }
  const hindrance = hindranceFor(campaign, asked.email, Math.max(now, Date.parse(asked.sendAt ?? '') || 0))
  if (hindrance !== null && !asked.dryRun) return { kind: 'hindered', reason: hindrance.kind, detail: hindrance.detail }
  if (asked.email === 'update') {
    const known = wordsIn(campaign, FALLBACK_LOCALE).updates.map((update) => update.id)
    if (asked.updateId === undefined || !known.includes(asked.updateId)) return { kind: 'no-such-update', known }
  } else if (asked.updateId !== undefined) return { kind: 'update-not-asked' }
  const known = localesOfMail(campaign, asked.email, asked.updateId)
  const unknown = (asked.audience.locales ?? []).filter((locale) => !known.includes(locale))
  return unknown.length > 0 ? { kind: 'no-such-locale', locales: unknown, known } : null
}

export function orderFor(asked: Asked, id: string, by: string, needsApproval: boolean, now: number): Order {
  return {
    id,
    campaign: asked.campaign,
    revision: asked.revision,
    email: asked.email,
    ...(asked.updateId !== undefined && { updateId: asked.updateId }),
    audience: asked.audience,
    sendAt: asked.sendAt === undefined ? now : Date.parse(asked.sendAt),
    ...(asked.ratePerMinute !== undefined && { ratePerMinute: asked.ratePerMinute }),
    dryRun: asked.dryRun,
    createdAt: now,
    createdBy: by,
    needsApproval: needsApproval && !asked.dryRun,
  }
}
