import * as z from 'zod'
import { countryOf } from '../kit/countries.ts'

/** What the reader at a target can ask for: all letters in one mail a day, or no more, because they hold the office no longer. */
export const TARGET_WISHES = ['digest', 'left-office'] as const
export type TargetWish = (typeof TARGET_WISHES)[number]

/** What holds for all present addresses of a target, by its id. `left-office` also when its mailbox is dead. */
export type WishesByTarget = Readonly<Record<string, TargetWish>>

/**
 * Numbers on a campaign's page. `confirmed` counts people, by mailbox. `accepted` to `uncertain` count mails to targets
 * by state. Only people with a confirmed mailbox can raise these numbers.
 */
export const countersSchema = z.strictObject({
  confirmed: z.int(),
  accepted: z.int(), // by the target's mail server
  refused: z.int(),
  waiting: z.int(),
  cancelled: z.int(),
  uncertain: z.int(),
  copies: z.int().default(0), // copies of letters, accepted by the mail servers of the copies
  ownMailbox: z.int().default(0), // self-reports, like `paper`: nobody can check these
  paper: z.int().default(0),
  countries: z.record(z.string(), z.int()).default({}), // confirmed people by country; '' for no country
  days: z.record(z.string(), z.int()).default({}), // confirmed people by the day of confirmation
  support: z.int().default(0), // messages to the workers, accepted by a moderator
  endorsements: z.int().default(0), // by organisations, accepted by a moderator
  wishes: z.record(z.string(), z.enum(TARGET_WISHES)).optional(), // of targets, by id; on the write page
})
export type Counters = z.infer<typeof countersSchema>

/**
 * Ways of sending that supporters report themselves. Nobody can check a self-report, so self-reports are counted apart
 * and towards no goal.
 */
export const SELF_REPORTED = ['own-mailbox', 'paper'] as const
export type SelfReported = (typeof SELF_REPORTED)[number]

/** Whether all numbers are zero: no action so far, or all data deleted by retention. */
export const isEmptyCounters = (counters: Counters): boolean =>
  !hasLetters(counters) && counters.support + counters.endorsements === 0

/** Whether a campaign has any letters or self-reports. */
export const hasLetters = ({ confirmed, ownMailbox, paper }: Counters): boolean => confirmed + ownMailbox + paper > 0

/** Fewest people from one country for which the country is named. A smaller group could identify a person. */
const MIN_PEOPLE_TO_NAME = 3

/**
 * Number of confirmed people by country, largest first. Countries where taking part is risky are never named; their
 * people count under `others`, in whatever spelling either was stored. So do people of a code that is no country's.
 */
export function countriesToShow(
  countries: Readonly<Record<string, number>>,
  riskyIn: readonly string[] = [],
): { named: Array<{ country: string; people: number }>; others: number } {
  const people = new Map<string, number>()
  for (const [written, count] of Object.entries(countries)) {
    const country = countryOf(written) ?? ''
    people.set(country, (people.get(country) ?? 0) + count)
  }
  const all = [...people].map(([country, people]) => ({ country, people }))
  const risky = riskyIn.map((code) => countryOf(code))
  const mayBeNamed = ({ country, people }: (typeof all)[number]) =>
    country !== '' && people >= MIN_PEOPLE_TO_NAME && !risky.includes(country)
  const named = all.filter(mayBeNamed).sort((a, b) => b.people - a.people || a.country.localeCompare(b.country))
  const others = all.filter((one) => !mayBeNamed(one)).reduce((sum, { people }) => sum + people, 0)
  return { named, others }
}
