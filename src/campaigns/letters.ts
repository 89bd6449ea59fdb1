import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { type Campaign, type CampaignWords, localesOf, wordsIn } from './campaign.ts'
import type { CampaignDefinition } from './definition.ts'

export type Target = CampaignDefinition['targets'][number]

/**
 * The language in which a campaign writes to a target: theirs, else another form of it (`pt` for `pt-BR`), else English, else any; among
 * those that have a letter, if one has.
 */
export function letterLocale(campaign: Campaign, { locale: wanted }: Pick<Target, 'locale'>): string {
  const all = localesOf(campaign)
  const withLetter = all.filter((locale) => wordsIn(campaign, locale).letter !== undefined)
  const available = withLetter.length > 0 ? withLetter : all
  return (
    available.find((locale) => locale === wanted) ??
    available.find((locale) => isSameLanguage(locale, wanted)) ??
    available.find((locale) => locale === FALLBACK_LOCALE) ??
    available[0] ??
    FALLBACK_LOCALE
  )
}

export const isSameLanguage = (a: string, b: string): boolean => a.split('-')[0] === b.split('-')[0]

/** The words of a letter to a target, in the language of `letterLocale`. */
export const letterWords = (campaign: Campaign, target: Target): CampaignWords =>
  wordsIn(campaign, letterLocale(campaign, target))

/** The targets to whom we carry confirmed letters by e-mail, one by one or gathered in a digest, in the campaign's order. */
export const deliverableTargets = (campaign: Campaign): Target[] =>
  campaign.targets.filter(
    (target) =>
      (target.ladder.includes('each') || target.ladder.includes('digest')) &&
      letterWords(campaign, target).letter !== undefined,
  )
