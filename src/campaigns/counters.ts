import * as z from 'zod'
import { ShortCache } from '../kit/caches/short-cache.ts'
import { parseJson } from '../kit/parse-json.ts'

/**
 * What is shown of letters on a campaign's page. `confirmed` are people, by their mailboxes; the others are mails to targets, each in
 * one of these states. Nothing here can be raised without a confirmed mailbox.
 */
export const countersSchema = z.strictObject({
  confirmed: z.int(),
  accepted: z.int(), // by the target's mail server
  refused: z.int(),
  waiting: z.int(),
  cancelled: z.int(),
  uncertain: z.int(),
  copies: z.int().default(0), // of letters, at the mail servers of those who get copies
  ownMailbox: z.int().default(0), // this and the next: what people say of themselves, which nobody can check
  paper: z.int().default(0),
  countries: z.record(z.string(), z.int()).default({}), // of the confirmed; '' where they named none
  days: z.record(z.string(), z.int()).default({}), // of the confirmed, by the day they confirmed on
  support: z.int().default(0), // messages to the workers that somebody has read and accepted
  endorsements: z.int().default(0), // by organisations, accepted likewise
})
export type Counters = z.infer<typeof countersSchema>

/** What people say they did without us: nobody can check it, so it stands apart and counts towards no goal. */
export const SELF_REPORTED = ['own-mailbox', 'paper'] as const
export type SelfReported = (typeof SELF_REPORTED)[number]

/** Nobody has done anything yet, or all of it is forgotten. */
export const isEmptyCounters = (counters: Counters): boolean =>
  !hasLetters(counters) && counters.support + counters.endorsements === 0

/** Whether there is anything to say of letters. */
export const hasLetters = ({ confirmed, ownMailbox, paper }: Counters): boolean => confirmed + ownMailbox + paper > 0

/** People from one country below whom it is not named: a single one could be found. */
const MIN_PEOPLE_TO_NAME = 3

/** Countries with how many of the confirmed are from there, most first; those where taking part is risky are never named. */
export function countriesToShow(
  countries: Readonly<Record<string, number>>,
  riskyIn: readonly string[] = [],
): { named: Array<{ country: string; people: number }>; others: number } {
  const all = Object.entries(countries).map(([country, people]) => ({ country, people }))
  const mayBeNamed = ({ country, people }: (typeof all)[number]) =>
    country !== '' && people >= MIN_PEOPLE_TO_NAME && !riskyIn.includes(country)
  const named = all.filter(mayBeNamed).sort((a, b) => b.people - a.people || a.country.localeCompare(b.country))
  const others = all.filter((one) => !mayBeNamed(one)).reduce((sum, { people }) => sum + people, 0)
  return { named, others }
}

const keyOf = (slug: string): string => `numbers/${slug}`
const cache = new ShortCache<Counters | null>()

/** KV `numbers/{slug}`: what the campaign's object last told; null before anybody has written. `now` in epoch ms. */
export const readCounters = (content: KVNamespace, slug: string, now: number): Promise<Counters | null> =>
  cache.find(
    slug,
    now,
    async () => countersSchema.safeParse(parseJson((await content.get(keyOf(slug))) ?? '')).data ?? null,
  )

/** One try: what is not written now is overtaken by the next. */
export async function storeCounters(content: KVNamespace, slug: string, counters: Counters): Promise<void> {
  await content.put(keyOf(slug), JSON.stringify(counters))
}
