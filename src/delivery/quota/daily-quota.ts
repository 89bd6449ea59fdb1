import * as z from 'zod'
import type { Limits } from '../../transports/transport.ts'

/** How many mails an account may send in a day. Days are days of UTC, counted from 1970. */

export const DAY_MS = 86_400_000

export const dayOf = (now: number): number => Math.floor(now / DAY_MS)

/** What a new domain sends on its first day. */
const FIRST_DAY_MAILS = 200
/** Days after which a domain is no longer new: mailbox providers look back over about four weeks. */
const WARM_UP_DAYS = 28
/** Growth from one day to the next while the day before was below `mails`. */
const GROWTH = [
  { mails: 100_000, factor: 2 },
  { mails: 400_000, factor: 1.5 },
  { mails: Number.POSITIVE_INFINITY, factor: 1.25 },
]

/**
 * Mails on the nth day (from 1) of a new domain: twice the day before up to 100,000, half as many again up to 400,000, then a quarter
 * more (https://doc.batch.com/guides-and-best-practices/email-deliverability/domain-and-ip-warm-up/step-4-estimate-your-warmup-target;
 * “never more than double” also https://docs.customer.io/journeys/domain-warming). Infinite once the domain is no longer new.
 */
export function warmUpMails(nth: number): number {
  if (nth > WARM_UP_DAYS) return Number.POSITIVE_INFINITY
  let mails = FIRST_DAY_MAILS
  for (let day = 1; day < nth; day++) mails *= GROWTH.find((step) => mails < step.mails)?.factor ?? 1
  return Math.floor(mails)
}

export type DailyLimits = Pick<Limits, 'mailsPerDay' | 'warmUpSince'>

/** Mails the account may send today; infinite without limits. A domain that begins later than today has its first day today. */
export function mailsAllowed({ mailsPerDay, warmUpSince }: DailyLimits, now: number): number {
  const warmUp = warmUpSince === undefined ? Number.POSITIVE_INFINITY : warmUpMails(nthDay(warmUpSince, now))
  return Math.min(mailsPerDay ?? Number.POSITIVE_INFINITY, warmUp)
}

export const nthDay = (since: number, now: number): number => Math.max(1, dayOf(now) - dayOf(since) + 1)

/**
 * Share of a day kept for confirmations, receipts and the like: an appeal brings sign-ups, a tenth of those who read it at the most,
 * and each of them waits for a mail.
 */
export const LETTERS_SHARE = 0.1

/** What has been granted on a day, to appeals and to letters. */
export const dailyUsageSchema = z.object({ day: z.int(), bulk: z.number(), letters: z.number() })
export type DailyUsage = z.infer<typeof dailyUsageSchema>

export const newDailyUsage = (now: number): DailyUsage => ({ day: dayOf(now), bulk: 0, letters: 0 })

/** The same day, or a new one; a clock that goes back does not bring a used day back. */
export const usageToday = (day: DailyUsage, now: number): DailyUsage =>
  dayOf(now) > day.day ? newDailyUsage(now) : day

/** Mails that appeals may have of a day of so many. */
export const bulkShare = (mails: number): number => Math.ceil(mails * (1 - LETTERS_SHARE))

/** People in a batch, so that whole batches take all of a day's share but fewer mails than it has batches: 270 of at most 200 go in two. */
export const evenBatch = (share: number, largest: number): number =>
  Number.isFinite(share) ? Math.max(1, Math.floor(share / Math.ceil(share / largest))) : largest

/**
 * Grants mails, or null when the day has no more. Letters are counted and never held: ours is not the last word, and a confirmation of
 * tomorrow is none. A batch larger than a whole day's share goes when appeals have had nothing yet, or it never would.
 */
export function grantMails(day: DailyUsage, mails: number, people: number, use: 'bulk' | 'letter'): DailyUsage | null {
  if (use === 'letter') return { ...day, letters: day.letters + people }
  if (people === 0) return day // whoever is asked for again was granted the first time
  const share = Math.min(bulkShare(mails), mails - day.letters)
  const fits = day.bulk + people <= share || (day.bulk === 0 && people > bulkShare(mails))
  return fits ? { ...day, bulk: day.bulk + people } : null
}

/** Mails by which what is written down runs ahead of what was granted, at most: a row for every 1,000 (DESIGN §6: 50 in all). */
const LARGEST_BLOCK = 1_000
/** Of a day: a crash costs a twentieth of it at most, and a day writes twenty rows, or one per 1,000 mails. */
const BLOCK_SHARE = 0.05

/** What is to be written down before a grant holds: the day as granted and a block ahead, or null while the last block lasts. */
export function reserveAhead(reserved: DailyUsage, granted: DailyUsage, mails: number): DailyUsage | null {
  if (reserved.day === granted.day && granted.bulk <= reserved.bulk && granted.letters <= reserved.letters) return null
  const block = Math.min(LARGEST_BLOCK, Math.ceil(mails * BLOCK_SHARE))
  const cover = (use: 'bulk' | 'letters') =>
    reserved.day === granted.day && granted[use] <= reserved[use]
      ? reserved[use]
      : granted[use] + (granted[use] === 0 ? 0 : block)
  return { day: granted.day, bulk: cover('bulk'), letters: cover('letters') }
}
