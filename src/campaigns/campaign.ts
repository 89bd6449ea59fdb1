import * as z from 'zod'
import { isoDay } from '../kit/day.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { definition, type Localised, locale, singleLine } from './definition.ts'
import { date } from './definition-fields.ts'
import { block } from './text/prose.ts'

const prose = z.array(block)

/** Most characters of a headline. Longer ones need more than three lines on a phone. */
const MAX_TITLE_CHARS = 120
/** Most characters of a subject line. Mail clients show no more, and longer lines would need folding. */
const MAX_SUBJECT_CHARS = 200
/** Most characters of a summary. Share texts and preheaders are cut at about this length. */
const MAX_SUMMARY_CHARS = 400
/** Most characters of one demand. Demands are read aloud at pickets, so they are short. */
const MAX_DEMAND_CHARS = 400

const subject = singleLine(MAX_SUBJECT_CHARS)
/** Subjects of updates or corrections, by day. */
const subjectsByDay = z.record(date, subject).optional()
const subjects = z.strictObject({ appeal: subject, updates: subjectsByDay, corrections: subjectsByDay })

/** Schema of the front matter: the fields between the `---` lines at the head of `<locale>.md`. */
export const frontMatter = z.strictObject({
  title: singleLine(MAX_TITLE_CHARS),
  summary: singleLine(MAX_SUMMARY_CHARS), // one or two sentences, used in lists, as preheader and as share text
  subjects,
  author: z
    .strictObject({ name: singleLine(MAX_TITLE_CHARS), office: singleLine(MAX_SUBJECT_CHARS).optional() })
    .optional(),
  dateline: singleLine(MAX_TITLE_CHARS).optional(), // place and day, as the appeal is signed
  demands: z.array(singleLine(MAX_DEMAND_CHARS)).default([]),
  madeFrom: z
    .string()
    .regex(/^[0-9a-f]{12}$/, 'expected twelve hex digits, as npm run check -- --stamp writes them')
    .optional(), // revision of the en.md that the translation was made from
})

/** An update or a correction. `id` is its day. */
const datedSection = z.strictObject({ id: z.string(), date: z.iso.date(), title: z.string(), body: prose })
export type DatedSection = z.infer<typeof datedSection>

/** Schema of a whole `<locale>.md`: front matter and sections in one language. */
const campaignWords = frontMatter.extend({
  subjects: subjects.extend({ update: subject.optional() }), // `update`: of all updates, in campaigns stored by earlier versions
  stale: z.boolean().default(false), // en.md has changed since the translation
  appeal: prose,
  background: prose.optional(),
  openLetter: prose.optional(), // a letter already sent by others, in full
  letter: prose.optional(), // model letter for readers to send
  support: prose.optional(), // messages and help that the workers need
  updates: z.array(datedSection).default([]),
  corrections: z.array(datedSection).default([]), // of mails that had a mistake; on no page
})
export type CampaignWords = z.infer<typeof campaignWords>

/** Schema of a whole campaign: definition, words by language, and the revision, a hash of the content. */
export const campaign = definition.extend({
  revision: z.string().regex(/^[0-9a-f]{12}$/),
  words: z.record(locale, campaignWords),
})
export type Campaign = z.infer<typeof campaign>

export const localesOf = (campaign: Campaign): string[] => Object.keys(campaign.words)

/** The e-mails that are a dated section of `<locale>.md`, and where the campaign has them. */
const DATED = { update: 'updates', correction: 'corrections' } as const
export type DatedEmail = keyof typeof DATED
export const isDated = (email: string): email is DatedEmail => Object.hasOwn(DATED, email)

export const datedSections = (words: CampaignWords, email: DatedEmail): readonly DatedSection[] => words[DATED[email]]

export const newestSection = (sections: readonly DatedSection[]): DatedSection | undefined =>
  [...sections].sort((a, b) => a.date.localeCompare(b.date)).at(-1)

/** The subject of an update or a correction: its own, else its title. */
export const datedSubject = ({ subjects }: CampaignWords, email: DatedEmail, { id, title }: DatedSection): string =>
  subjects[DATED[email]]?.[id] ?? (email === 'update' ? subjects.update : undefined) ?? title

/** Tests of one request to one address: three kinds in six languages, and as many as wait in a mailbox queue. */
export const MAX_TESTS_AN_ADDRESS = 20

/** Languages in which an e-mail of the campaign can be sent. An update need not be translated everywhere at once. */
export const localesOfMail = (campaign: Campaign, email: string, updateId?: string): string[] =>
  localesOf(campaign).filter(
    (locale) => !isDated(email) || datedSections(wordsIn(campaign, locale), email).some(({ id }) => id === updateId),
  )

/** Whether a campaign has a language. `locale` may be any text, such as a part of a URL. */
export const hasLocale = (campaign: { words: object }, locale: string): boolean => Object.hasOwn(campaign.words, locale)

/** The wanted language if the campaign has it, else English. */
export const readableLocale = (campaign: { words: object }, locale: string): string =>
  hasLocale(campaign, locale) ? locale : FALLBACK_LOCALE

/**
 * The words in a language, else in English. `readCampaign` refuses a campaign without English.
 * @throws Error when the campaign has no English words.
 */
export function wordsIn<Words>(campaign: { slug: string; words: Record<string, Words> }, locale: string): Words {
  const found = campaign.words[locale] ?? campaign.words[FALLBACK_LOCALE]
  if (found === undefined) throw new Error(`campaign ${campaign.slug} has no ${FALLBACK_LOCALE}.md`)
  return found
}

/** The text in a language, else in English, else in any language. */
export const textIn = (text: Localised, locale: string): string =>
  typeof text === 'string' ? text : (text[locale] ?? text[FALLBACK_LOCALE] ?? Object.values(text)[0] ?? '')

/** What decides until when a campaign may be used. */
export type UsedUntil = Pick<Campaign, 'status' | 'closes' | 'doNotUseAfter'> & {
  people: ReadonlyArray<Pick<Campaign['people'][number], 'naming' | 'until'>>
}

type CampaignBlock = 'draft' | 'closed' | 'expired' | 'naming-expired'

/** Whether the last day of a campaign is over. `now` in epoch ms; days end at midnight UTC. */
export const hasClosed = (campaign: Pick<Campaign, 'closes'>, now: number): boolean =>
  campaign.closes !== undefined && isoDay(now) > campaign.closes

/** Why no mail of this campaign may be sent now, or null. `now` in epoch ms; days end at midnight UTC. */
export function campaignBlockedBy(campaign: UsedUntil, now: number): CampaignBlock | null {
  const today = isoDay(now)
  if (campaign.status === 'draft') return 'draft'
  if (campaign.doNotUseAfter !== undefined && today > campaign.doNotUseAfter) return 'expired'
  if (campaign.people.some((p) => p.naming !== 'withheld' && p.until !== undefined && today > p.until))
    return 'naming-expired'
  return null
}

/**
 * Why an e-mail of this campaign may not be sent now, or null. An appeal asks people to act, so an appeal needs an open
 * campaign; an update may report the end, and a correction may come after it. `now` in epoch ms.
 */
export function mailBlockedBy(campaign: Campaign, email: string, now: number): CampaignBlock | null {
  const over = campaign.status === 'closed' || campaign.status === 'won' || hasClosed(campaign, now)
  return email === 'appeal' && over ? 'closed' : campaignBlockedBy(campaign, now)
}
