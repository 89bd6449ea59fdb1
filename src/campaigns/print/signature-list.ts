import { isoDay } from '../../kit/day.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { type Campaign, textIn, wordsIn } from '../campaign.ts'
import { letterLocale } from '../letter-language.ts'
import type { SignatureList } from './signatures.ts'

/** The signatures of a campaign with their heading and the letter that was signed. `now` in epoch ms. */
export function signatureListOf(
  campaign: Campaign,
  locale: string,
  signed: Pick<SignatureList, 'rows' | 'unreadable'>,
  now: number,
): SignatureList {
  const targets = campaign.targets.map(({ name, role }) => textIn(name ?? role, locale))
  const written = letterLocale(campaign, { locale })
  const { letter } = wordsIn(campaign, written)
  return {
    title: wordsIn(campaign, locale).title,
    lead: translator(locale)('signatures.lead', { names: joinList(locale, targets) }),
    ...(letter && { letter: { locale: written, prose: letter } }),
    ...signed,
    day: isoDay(now),
  }
}
