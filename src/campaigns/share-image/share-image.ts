import type { Settings } from '../../env.ts'
import { directionOf } from '../../kit/locales.ts'
import { countryName } from '../../kit/localised-names.ts'
import { translator } from '../../kit/page-texts.ts'
import { type Campaign, readableLocale, wordsIn } from '../campaign.ts'
import { type CampaignStatus, mayBeMentioned } from '../page-status.ts'
import { layOut, type PictureText } from './layout.ts'

/** The share image of a campaign: only the words at the top of its page. No faces and no further names. */
type Picture = {
  locale: string // language of the words
  version: string // changes with the look of the picture
  alt: string
  text: PictureText
}

/** The share image, or null when the campaign may not be mentioned or the words cannot be drawn (see `layOut`). */
export function pictureOf(
  { senderName }: Pick<Settings, 'senderName'>,
  campaign: Campaign,
  readerLocale: string,
  status: CampaignStatus,
): Picture | null {
  if (!mayBeMentioned(status)) return null
  const locale = readableLocale(campaign, readerLocale)
  const t = translator(locale)
  const text: PictureText = {
    title: wordsIn(campaign, locale).title,
    status: t(`status.${status}`),
    live: status === 'open',
    where: [countryName(locale, campaign.country), ...(campaign.invented ? [t('kind.invented')] : [])],
    sender: senderName,
    fromRight: directionOf(locale) === 'rtl',
  }
  if (layOut(text) === null) return null
  return {
    locale,
    version: `${campaign.revision}-${status}`,
    alt: [text.title, text.status, ...text.where].join(' · '),
    text,
  }
}
