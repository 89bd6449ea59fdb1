import * as z from 'zod'
import { slug } from '../campaigns/definition.ts'
import type { Counts } from '../delivery/counts.ts'
import type { DeliveryCounts } from '../delivery/delivery-events.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import type { TransportStatus } from '../delivery/quota/transport-status.ts'
import { BULK_EMAILS } from '../emails/message.ts'
import { DAY_MS } from '../kit/durations.ts'
import { ADDRESS_ADVICE, normaliseAddress } from '../security/address.ts'
import { MAX_NOTIFIED } from '../security/notified.ts'
import { audience, MOMENT_EXPECTED, storedAudience } from '../supporter-list/audience-filter.ts'
import type { LeftOut } from './lane/lane-report.ts'

/** How many days ahead a dispatch may be scheduled. By then the facts of a campaign have usually changed. */
const MAX_SCHEDULE_DAYS = 366
/** Highest rate of a dispatch in people per minute. Above it, only the account's own limits matter. */
const MAX_RATE_PER_MINUTE = 1_000_000

/** Most people after which a dispatch can pause by itself. Until then its lanes send one after another: slower than all at once. */
const MAX_HOLD_AFTER = 10_000

/** Longest address that is read, as in `testTo`: the form of the address is checked after that. */
const MAX_ADDRESS_CHARS = 320

/** Longest id of a dispatch that a request may name. Ids have 36 characters, or 45 in a practice. */
const MAX_ID_CHARS = 60
const dispatchId = z.string().min(1).max(MAX_ID_CHARS).optional()
const byDispatch = { notReachedBy: dispatchId, reachedBy: dispatchId }

/**
 * The people of a dispatch. `notReachedBy`: the id of an earlier dispatch of the same appeal; then only people whom no dispatch of the
 * appeal has reached. `reachedBy`: the id of an earlier dispatch of another e-mail of the campaign; then only people whom it has reached,
 * certainly or perhaps.
 */
const dispatchAudienceSchema = audience.extend(byDispatch)
/** The people of a dispatch as they are stored. */
export const storedDispatchAudience = storedAudience.extend(byDispatch)
export type DispatchAudience = z.infer<typeof dispatchAudienceSchema>

const startTime = z.iso
  .datetime({ offset: true, error: MOMENT_EXPECTED })
  .refine((at) => Date.parse(at) < Date.now() + MAX_SCHEDULE_DAYS * DAY_MS, 'is more than a year ahead')

/** The body of `POST /api/dispatches/{id}/reschedule`. */
export const rescheduleBodySchema = z.strictObject({ sendAt: startTime })

/** Addresses that get a mail about the dispatch. A fault never quotes one. */
const notifiedAddresses = z
  .array(z.string().max(MAX_ADDRESS_CHARS))
  .max(MAX_NOTIFIED)
  .superRefine((texts, context) => {
    for (const [i, text] of texts.entries()) {
      const read = normaliseAddress(text)
      if (!read.ok) context.addIssue({ code: 'custom', path: [i], message: `expected ${ADDRESS_ADVICE[read.error]}` })
    }
  })

/** The body of `POST /api/dispatches`. */
export const dispatchRequestBodySchema = z.strictObject({
  campaign: slug,
  revision: z.string().regex(/^[0-9a-f]{12}$/, 'expected the revision that GET /api/campaigns/{slug} returns'),
  email: z.enum(BULK_EMAILS),
  updateId: z.string().max(60).optional(),
  audience: dispatchAudienceSchema.default({}),
  sendAt: startTime.optional(),
  ratePerMinute: z.int().positive().max(MAX_RATE_PER_MINUTE).optional(),
  holdAfter: z.int().positive().max(MAX_HOLD_AFTER).optional(),
  dryRun: z.boolean().default(false),
  notify: notifiedAddresses.optional(),
  practice: z.boolean().default(false),
  testTo: z.string().max(MAX_ADDRESS_CHARS).optional(),
})
export type DispatchRequestBody = z.infer<typeof dispatchRequestBodySchema>

/** A dispatch request as it is stored. Times are epoch milliseconds. */
export const dispatchRequestSchema = z.object({
  id: z.string(),
  campaign: z.string(),
  revision: z.string(),
  email: z.enum(BULK_EMAILS),
  updateId: z.string().exactOptional(),
  audience: storedDispatchAudience,
  sendAt: z.number(),
  ratePerMinute: z.number().exactOptional(),
  holdAfter: z.number().exactOptional(), // the dispatch pauses by itself after so many people
  dryRun: z.boolean(),
  practice: z.literal(true).exactOptional(), // invented readers, and mails that go nowhere
  notify: z.string().exactOptional(), // addresses that get mails about it, sealed; deleted after its end
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

/** Phases in which a dispatch continues without an organiser. Cron wakes a dispatch in one of them whose alarm was lost. */
export const ACTIVE_PHASES: ReadonlySet<DispatchPhase> = new Set(['scheduled', 'planning', 'running'])

/** Phases of a dispatch that sends nothing more, unless an organiser has uncertain batches sent again. */
export const ENDED_PHASES: ReadonlySet<DispatchPhase> = new Set(['finished', 'cancelled'])

/** A dispatch as the API shows it. Times in ISO 8601. */
export type DispatchView = TransportStatus & {
  id: string
  campaign: string
  revision: string
  email: string
  updateId?: string
  audience: DispatchAudience
  dryRun: boolean
  practice?: true
  state: DispatchPhase
  paused?: PauseReason
  counts: Counts
  perLocale: Record<string, Counts>
  delivery: DeliveryCounts // provider events so far; not every provider reports all of them
  leftOut?: LeftOut // of a dry run: people in the audience who would get nothing
  damaged?: number // supporters' records that could not be decrypted and were skipped
  createdAt: string
  sendAt?: string
  holdAfter?: number
  startedAt?: string
  followUpAfter?: string // with this confirmedAfter, a later dispatch reaches all people who joined since
  finishedAt?: string
}

/** Whether `one` was requested before `other`. Two dispatches always have an order. */
export const isEarlier = (one: DispatchRequest, other: DispatchRequest): boolean =>
  one.createdAt === other.createdAt ? one.id < other.id : one.createdAt < other.createdAt

/**
 * The key of an appeal (`campaign/email/updateId`). A supporter gets each appeal once, however many dispatches have the same key. A
 * practice reaches no supporter, so each has a key of its own.
 */
export const appealKey = ({ campaign, email, updateId, practice, id }: AppealParts): string =>
  `${practice === true ? `${id}/` : ''}${campaign}/${email}/${updateId ?? ''}`
type AppealParts = {
  campaign: string
  email: string
  updateId?: string | undefined
  practice?: boolean | undefined
  id?: string | undefined
}
