import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { type Campaign, hasLocale, type Words, wordsIn } from './campaign.ts'
import type { Definition } from './definition.ts'

export type Target = Definition['targets'][number]

/** The language in which a campaign writes to a target: theirs, or English where it has no words in theirs. */
export const letterLocale = (campaign: Campaign, target: Target): string =>
  hasLocale(campaign, target.locale) ? target.locale : FALLBACK_LOCALE

/** The words of a letter to a target, in the language of `letterLocale`. */
export const letterWords = (campaign: Campaign, target: Target): Words =>
  wordsIn(campaign, letterLocale(campaign, target))

/** The targets to whom we carry a confirmed letter by e-mail, one by one, in the campaign's order. */
export const carriedTargets = (campaign: Campaign): Target[] =>
  campaign.targets.filter(
    (target) => target.ladder.includes('each') && letterWords(campaign, target).letter !== undefined,
  )
