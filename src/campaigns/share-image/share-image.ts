import type { Settings } from '../../env.ts'
import { byteCache } from '../../kit/caches/byte-cache.ts'
import { directionOf } from '../../kit/locales.ts'
import { countryName } from '../../kit/names.ts'
import { translator } from '../../kit/page-texts.ts'
import { type Campaign, readableLocale, wordsIn } from '../campaign.ts'
import { type CampaignStatus, mayBeMentioned } from '../page-status.ts'
import { drawPicture } from './draw.ts'
import { layOut, type PictureText } from './layout.ts'

/** A picture that a link to a campaign is shown with: words only, those that its page begins with. Nobody's face and no further name. */
export type Picture = {
  locale: string // in which it is written
  version: string // another one for every picture that looks different
  alt: string
  draw(): Promise<Uint8Array<ArrayBuffer>>
}

/** Null where none may be shown, or none can be drawn (`layOut` says when). */
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
  const layout = layOut(text)
  if (layout === null) return null
  return {
    locale,
    version: `${campaign.revision}-${status}`,
    alt: [text.title, text.status, ...text.where].join(' · '),
    draw: () => cachedPicture(`${campaign.slug} ${locale} ${campaign.revision} ${status}`, () => drawPicture(layout)),
  }
}

/** Pictures that an isolate keeps, of some 20 kB each: drawing one takes ten times the work of a page, and anybody may ask. */
const MAX_CACHED_PICTURES = 40
const cachedPicture = byteCache(MAX_CACHED_PICTURES)
