import * as z from 'zod'
import { DAY_MS } from '../../kit/durations.ts'
import type { MailUse } from '../../transports/driver.ts'
import type { Limits } from '../../transports/transport.ts'

/** The UTC day of a time in epoch ms, counted from 1970. */
export const dayOf = (now: number): number => Math.floor(now / DAY_MS)

/** Mails that a new domain may send on its first day. */
const FIRST_DAY_MAILS = 200
/** Days of warm-up, after which a domain is no longer new. Mailbox providers judge a sender by about four weeks. */
const WARM_UP_DAYS = 28
/** Factors of growth from one day to the next, while the day before has fewer than `mails` mails. */
const GROWTH = [
  { mails: 100_000, factor: 2 },
  { mails: 400_000, factor: 1.5 },
  { mails: Number.POSITIVE_INFINITY, factor: 1.25 },
]

/**
 * Mails that a new domain may send on its nth day (from 1); infinite after the warm-up. A day has twice the mails of the day before up to
 * 100,000, one and a half times up to 400,000, then one and a quarter times. Sources:
 * https://doc.batch.com/guides-and-best-practices/email-deliverability/domain-and-ip-warm-up/step-4-estimate-your-warmup-target and
 * https://docs.customer.io/journeys/domain-warming (“never more than double”).
 */
export function warmUpMails(nth: number): number {
  if (nth > WARM_UP_DAYS) return Number.POSITIVE_INFINITY
  let mails = FIRST_DAY_MAILS
  for (let day = 1; day < nth; day++) mails *= GROWTH.find((step) => mails < step.mails)?.factor ?? 1
  return Math.floor(mails)
}

export type DailyLimits = Pick<Limits, 'mailsPerDay' | 'warmUpSince'>

/** Mails that the account may send on the day of `now` (epoch ms); infinite without limits. A future warm-up date counts as today. */
export function mailsAllowed({ mailsPerDay, warmUpSince }: DailyLimits, now: number): number {
  const warmUp = warmUpSince === undefined ? Number.POSITIVE_INFINITY : warmUpMails(nthDay(warmUpSince, now))
  return Math.min(mailsPerDay ?? Number.POSITIVE_INFINITY, warmUp)
}

/** Which day of its warm-up a domain has at `now`: 1 on the day of `since`, or before it. Both in epoch ms. */
export const nthDay = (since: number, now: number): number => Math.max(1, dayOf(now) - dayOf(since) + 1)

/**
 * Share of a day's mails that is kept for transactional mails such as confirmations and receipts. An appeal brings sign-ups from at most
 * a tenth of its readers, and each sign-up waits for a mail.
 */
const TRANSACTIONAL_SHARE = 0.1

/**
 * Share of a day's mails that mails which strangers can ask for leave to all other transactional mails: half of what appeals leave. A
 * confirmation that is answered brings one more mail, such as a welcome. So a flood of confirmations never takes the day from moderators'
 * mails, test mails and goodbyes.
 */
const UNASKED_SHARE = TRANSACTIONAL_SHARE / 2

/** What a permit is for. `asked`: a transactional mail that a stranger can ask for by typing an address. */
export type QuotaUse = MailUse | 'asked'

/** Mails granted on one UTC day: as `bulk` (appeals, and letters to targets), and as `transactional`. */
export const dailyUsageSchema = z.object({ day: z.int(), bulk: z.number(), transactional: z.number() })
export type DailyUsage = z.infer<typeof dailyUsageSchema>

export const newDailyUsage = (now: number): DailyUsage => ({ day: dayOf(now), bulk: 0, transactional: 0 })

/** The usage at `now` (epoch ms): unchanged on the same day, empty on a later day. A clock that goes back does not reset the usage. */
export const usageToday = (day: DailyUsage, now: number): DailyUsage =>
  dayOf(now) > day.day ? newDailyUsage(now) : day

/** How many of a day's mails bulk mail may use. */
export const bulkShare = (mails: number): number => Math.ceil(mails * (1 - TRANSACTIONAL_SHARE))

/** How many of a day's mails may be used when the last mail that a stranger can ask for leaves. */
export const askedShare = (mails: number): number => Math.ceil(mails * (1 - UNASKED_SHARE))

/** Batch size of at most `largest` with which equal batches use up a day's share: a share of 270 mails and `largest` 200 give 135. */
export const evenBatch = (share: number, largest: number): number =>
  Number.isFinite(share) ? Math.max(1, Math.floor(share / Math.ceil(share / largest))) : largest

/**
 * The usage after granting `people` mails, or null if the day has too few left. Transactional mails are counted but never denied, unless
 * strangers can ask for them: a late confirmation is useless, and the provider has its own limit. A batch above a whole day's share is
 * granted if it is the first of its day.
 */
export function grantMails(day: DailyUsage, mails: number, people: number, use: QuotaUse): DailyUsage | null {
  if (use === 'asked' && people > 0 && day.bulk + day.transactional + people > askedShare(mails)) return null
  if (use !== 'bulk') return { ...day, transactional: day.transactional + people }
  if (people === 0) return day // a repeated call: its mails were charged the first time
  const share = Math.min(bulkShare(mails), mails - day.transactional)
  const fits = day.bulk + people <= share || (day.bulk === 0 && people > bulkShare(mails))
  return fits ? { ...day, bulk: day.bulk + people } : null
}

/** Most mails that are reserved ahead of the granted ones. One row is written for every 1,000 mails. */
const LARGEST_BLOCK = 1_000
/** Share of a day that is reserved ahead: a crash loses at most a twentieth of the day, and a day writes about twenty rows. */
const BLOCK_SHARE = 0.05

/** The usage to store before a grant is handed out: the granted mails and a block ahead. Null while the stored block still covers them. */
export function reserveAhead(reserved: DailyUsage, granted: DailyUsage, mails: number): DailyUsage | null {
  if (reserved.day === granted.day && granted.bulk <= reserved.bulk && granted.transactional <= reserved.transactional)
    return null
  const block = Math.min(LARGEST_BLOCK, Math.ceil(mails * BLOCK_SHARE))
  const cover = (use: MailUse) =>
    reserved.day === granted.day && granted[use] <= reserved[use]
      ? reserved[use]
      : granted[use] + (granted[use] === 0 ? 0 : block)
  return { day: granted.day, bulk: cover('bulk'), transactional: cover('transactional') }
}
