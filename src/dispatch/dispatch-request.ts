import * as z from 'zod'
import { slug } from '../campaigns/definition.ts'
import type { Counts } from '../delivery/counts.ts'
import type { DeliveryCounts } from '../delivery/delivery-events.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import type { TransportStatus } from '../delivery/quota/transport-status.ts'
import { BULK_EMAILS } from '../emails/message.ts'
import { DAY_MS } from '../kit/durations.ts'
import { type Audience, audience } from '../supporter-list/audience-filter.ts'

/** How far ahead a dispatch may be scheduled, in days: longer, and the case will have moved on. */
const MAX_SCHEDULE_DAYS = 366
/** People per minute: below one nothing would ever leave, above this the account's own limit decides. */
const MAX_RATE_PER_MINUTE = 1_000_000

/** The body of `POST /api/dispatches`. */
export const dispatchRequestBodySchema = z.strictObject({
  campaign: slug,
  revision: z.string().regex(/^[0-9a-f]{12}$/, 'expected the revision that GET /api/campaigns/{slug} tells'),
  email: z.enum(BULK_EMAILS),
  updateId: z.string().max(60).optional(),
  audience: audience.default({}),
  sendAt: z.iso
    .datetime({ offset: true })
    .refine((at) => Date.parse(at) < Date.now() + MAX_SCHEDULE_DAYS * DAY_MS, 'is more than a year ahead')
    .optional(),
  ratePerMinute: z.int().positive().max(MAX_RATE_PER_MINUTE).optional(),
  dryRun: z.boolean().default(false),
  testTo: z.string().max(320).optional(),
})
export type DispatchRequestBody = z.infer<typeof dispatchRequestBodySchema>

/** What was asked, as the dispatch keeps it. Times are epoch milliseconds. */
export const dispatchRequestSchema = z.object({
  id: z.string(),
  campaign: z.string(),
  revision: z.string(),
  email: z.enum(BULK_EMAILS),
  updateId: z.string().exactOptional(),
  audience,
  sendAt: z.number(),
  ratePerMinute: z.number().exactOptional(),
  dryRun: z.boolean(),
  createdAt: z.number(),
  createdBy: z.string(),
  needsApproval: z.boolean(),
})
export type DispatchRequest = z.infer<typeof dispatchRequestSchema>

export const DISPATCH_PHASES = [
  'awaiting-approval',
  'scheduled',
  'planning',
  'running',
  'paused',
  'finished',
  'cancelled',
] as const
export const dispatchPhaseSchema = z.enum(DISPATCH_PHASES)
export type DispatchPhase = z.infer<typeof dispatchPhaseSchema>

/** States that end by themselves; cron wakes whoever is in one and lost its alarm. */
export const ACTIVE_PHASES: ReadonlySet<DispatchPhase> = new Set(['scheduled', 'planning', 'running'])
/** A dispatch as the API tells it. */
export type DispatchView = TransportStatus & {
  id: string
  campaign: string
  revision: string
  email: string
  updateId?: string
  audience: Audience
  dryRun: boolean
  state: DispatchPhase
  paused?: PauseReason
  counts: Counts
  perLocale: Record<string, Counts>
  delivery: DeliveryCounts // what the provider has said since, as far as it says anything
  damaged?: number // supporters' records that did not open and were passed over: nobody knows whose they are
  createdAt: string
  sendAt?: string
  startedAt?: string
  followUpAfter?: string // the earliest confirmedAfter with which a later dispatch reaches everybody who joined since
  finishedAt?: string
}

/** Names what a person gets once: dispatches with the same name are of one appeal. */
export const appealKey = ({ campaign, email, updateId }: AppealParts): string =>
  `${campaign}/${email}/${updateId ?? ''}`
type AppealParts = { campaign: string; email: string; updateId?: string | undefined }
