import * as z from 'zod'
import { isoDay } from '../kit/day.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { definition, type Localised, locale, singleLine } from './definition.ts'
import { block } from './text/prose.ts'

const prose = z.array(block)

/** Characters of a headline: what still fits in three lines of a phone. */
const MAX_TITLE_CHARS = 120
/** Characters of a subject line: beyond it, mail clients show none of the rest, and folding begins to matter. */
const MAX_SUBJECT_CHARS = 200
/** Characters of a summary: a share text and a preheader are cut at about this length. */
const MAX_SUMMARY_CHARS = 400
/** Characters of one demand: it is read aloud at a picket. */
const MAX_DEMAND_CHARS = 400

const subject = singleLine(MAX_SUBJECT_CHARS)

/** What stands between the `---` lines at the head of `<locale>.md`. */
export const frontMatter = z.strictObject({
  title: singleLine(MAX_TITLE_CHARS),
  summary: singleLine(MAX_SUMMARY_CHARS), // one or two sentences: list entry, preheader, share text
  subjects: z.strictObject({ appeal: subject, update: subject.optional() }),
  author: z
    .strictObject({ name: singleLine(MAX_TITLE_CHARS), office: singleLine(MAX_SUBJECT_CHARS).optional() })
    .optional(),
  dateline: singleLine(MAX_TITLE_CHARS).optional(), // place and day as the appeal is signed
  demands: z.array(singleLine(MAX_DEMAND_CHARS)).default([]),
  madeFrom: z
    .string()
    .regex(/^[0-9a-f]{12}$/, 'expected twelve hex digits, as npm run check -- --stamp writes them')
    .optional(), // the text of en.md a translation was made from
})

const update = z.strictObject({ id: z.string(), date: z.iso.date(), title: z.string(), body: prose })
export type Update = z.infer<typeof update>

/** `<locale>.md`: the front matter and the sections, in one language. */
export const campaignWords = frontMatter.extend({
  stale: z.boolean().default(false), // en.md has changed since
  appeal: prose,
  background: prose.optional(),
  openLetter: prose.optional(), // a letter already sent by others, quoted in full
  letter: prose.optional(), // model letter for readers to send
  support: prose.optional(), // what the workers need to hear or receive
  updates: z.array(update).default([]),
})
export type CampaignWords = z.infer<typeof campaignWords>

/** A whole campaign: the definition, its words by language, and the revision that names exactly this text. */
export const campaign = definition.extend({
  revision: z.string().regex(/^[0-9a-f]{12}$/),
  words: z.record(locale, campaignWords),
})
export type Campaign = z.infer<typeof campaign>

export const localesOf = (campaign: Campaign): string[] => Object.keys(campaign.words)

/** The languages in which an e-mail of it can be sent: an update need not be translated everywhere at once. */
export const localesOfMail = (campaign: Campaign, email: string, updateId?: string): string[] =>
  localesOf(campaign).filter(
    (locale) => email !== 'update' || wordsIn(campaign, locale).updates.some((update) => update.id === updateId),
  )

/** `locale` may be anything that stood in a URL. */
export const hasLocale = (campaign: Campaign, locale: string): boolean => Object.hasOwn(campaign.words, locale)

/** The language in which somebody of a language reads a campaign. */
export const readableLocale = (campaign: Campaign, locale: string): string =>
  hasLocale(campaign, locale) ? locale : FALLBACK_LOCALE

/** The words in a language, or in English: `readCampaign` refuses a campaign without English. */
export function wordsIn(campaign: Campaign, locale: string): CampaignWords {
  const found = campaign.words[locale] ?? campaign.words[FALLBACK_LOCALE]
  if (found === undefined) throw new Error(`campaign ${campaign.slug} has no ${FALLBACK_LOCALE}.md`)
  return found
}

/** A reader's text in their language, else in English, else in whichever language there is. */
export const textIn = (text: Localised, locale: string): string =>
  typeof text === 'string' ? text : (text[locale] ?? text[FALLBACK_LOCALE] ?? Object.values(text)[0] ?? '')

export type CampaignBlock = 'draft' | 'closed' | 'expired' | 'naming-expired'

/** Whether its last day is over. */
export const hasClosed = (campaign: Campaign, now: number): boolean =>
  campaign.closes !== undefined && isoDay(now) > campaign.closes

/** Why nothing of this campaign may be sent at this moment, or null. `now` in epoch milliseconds; days end at midnight UTC. */
export function campaignBlockedBy(campaign: Campaign, now: number): CampaignBlock | null {
  const today = isoDay(now)
  if (campaign.status === 'draft') return 'draft'
  if (campaign.doNotUseAfter !== undefined && today > campaign.doNotUseAfter) return 'expired'
  if (campaign.people.some((p) => p.naming !== 'withheld' && p.until !== undefined && today > p.until))
    return 'naming-expired'
  return null
}

/** As `hindranceTo`, for an e-mail: an appeal asks people to act, so it needs an open campaign; an update may report the end. */
export function mailBlockedBy(campaign: Campaign, email: string, now: number): CampaignBlock | null {
  const over = campaign.status === 'closed' || campaign.status === 'won' || hasClosed(campaign, now)
  return email === 'appeal' && over ? 'closed' : campaignBlockedBy(campaign, now)
}
