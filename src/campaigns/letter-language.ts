import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { type Campaign, type CampaignWords, localesOf, wordsIn } from './campaign.ts'
import type { CampaignDefinition } from './definition.ts'

export type Target = CampaignDefinition['targets'][number]

/**
 * The language of letters to a target: the target's language, else a variant (`pt` for `pt-BR`), else English, else
 * any. Languages with a model letter come first.
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

/** The words of a letter to a target, in the language that `letterLocale` chooses. */
export const letterWords = (campaign: Campaign, target: Target): CampaignWords =>
  wordsIn(campaign, letterLocale(campaign, target))

/** Targets with a model letter that get confirmed letters by e-mail, singly or in a digest. In the campaign's order. */
export const deliverableTargets = (campaign: Campaign): Target[] =>
  campaign.targets.filter(
    (target) =>
      (target.ladder.includes('each') || target.ladder.includes('digest')) &&
      letterWords(campaign, target).letter !== undefined,
  )
