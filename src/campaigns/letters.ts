import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { type Campaign, hasLocale, localesOf, type Words, wordsIn } from './campaign.ts'
import type { Definition } from './definition.ts'

export type Target = Definition['targets'][number]

/** The language in which a campaign writes to a target: theirs, else another form of it (`pt` for `pt-BR`), else English. */
export function letterLocale(campaign: Campaign, { locale }: Pick<Target, 'locale'>): string {
  if (hasLocale(campaign, locale)) return locale
  return localesOf(campaign).find((other) => isSameLanguage(other, locale)) ?? FALLBACK_LOCALE
}

export const isSameLanguage = (a: string, b: string): boolean => a.split('-')[0] === b.split('-')[0]

/** The words of a letter to a target, in the language of `letterLocale`. */
export const letterWords = (campaign: Campaign, target: Target): Words =>
  wordsIn(campaign, letterLocale(campaign, target))

/** The targets to whom we carry a confirmed letter by e-mail, one by one, in the campaign's order. */
export const carriedTargets = (campaign: Campaign): Target[] =>
  campaign.targets.filter(
    (target) => target.ladder.includes('each') && letterWords(campaign, target).letter !== undefined,
  )
