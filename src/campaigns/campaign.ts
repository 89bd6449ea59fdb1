import * as z from 'zod'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { definition, type Localised, locale } from './definition.ts'
import { block } from './prose.ts'

const prose = z.array(block)

/** `<locale>.md`: the front matter and the sections, in one language. */
export const words = z.strictObject({
  title: z.string().min(1),
  summary: z.string().min(1), // one or two sentences: list entry, preheader, share text
  subjects: z.strictObject({ appeal: z.string().min(1), update: z.string().min(1).optional() }),
  author: z.strictObject({ name: z.string().min(1), office: z.string().optional() }).optional(),
  dateline: z.string().optional(), // place and day as the appeal is signed
  demands: z.array(z.string().min(1)).default([]),
  madeFrom: z.string().optional(), // revision of en.md a translation was made from
  stale: z.boolean().default(false), // en.md has changed since
  appeal: prose,
  background: prose.optional(),
  openLetter: prose.optional(), // a letter already sent by others, quoted in full
  letter: prose.optional(), // model letter for readers to send
  support: prose.optional(), // what the workers need to hear or receive
  updates: z.array(z.strictObject({ id: z.string(), date: z.iso.date(), title: z.string(), body: prose })).default([]),
})
export type Words = z.infer<typeof words>

/** A whole campaign: the definition, its words by language, and the revision that names exactly this text. */
export const campaign = definition.extend({
  revision: z.string().regex(/^[0-9a-f]{12}$/),
  words: z.record(locale, words),
})
export type Campaign = z.infer<typeof campaign>

export const localesOf = (campaign: Campaign): string[] => Object.keys(campaign.words)

export const hasLocale = (campaign: Campaign, locale: string): boolean => campaign.words[locale] !== undefined

/** The words in a language, or in English: `readCampaign` refuses a campaign without English. */
export function wordsIn(campaign: Campaign, locale: string): Words {
  const found = campaign.words[locale] ?? campaign.words[FALLBACK_LOCALE]
  if (found === undefined) throw new Error(`campaign ${campaign.slug} has no ${FALLBACK_LOCALE}.md`)
  return found
}

/** A reader's text in their language, else in English, else in whichever language there is. */
export const textIn = (text: Localised, locale: string): string =>
  typeof text === 'string' ? text : (text[locale] ?? text[FALLBACK_LOCALE] ?? Object.values(text)[0] ?? '')

export type Hindrance = 'draft' | 'closed' | 'expired' | 'naming-expired'

/** Why nothing of this campaign may be sent at this moment, or null. `now` in epoch milliseconds; days end at midnight UTC. */
export function hindranceTo(campaign: Campaign, now: number): Hindrance | null {
  const today = new Date(now).toISOString().slice(0, 10)
  if (campaign.status === 'draft') return 'draft'
  if (campaign.doNotUseAfter !== undefined && today > campaign.doNotUseAfter) return 'expired'
  if (campaign.people.some((p) => p.naming !== 'withheld' && p.until !== undefined && today > p.until)) return 'naming-expired'
  return null
}

/** As `hindranceTo`, for an e-mail: an appeal asks people to act, so it needs an open campaign; an update may report the end. */
export function hindranceToMail(campaign: Campaign, email: string, now: number): Hindrance | null {
  if (email === 'appeal' && (campaign.status === 'closed' || campaign.status === 'won')) return 'closed'
  return hindranceTo(campaign, now)
}
