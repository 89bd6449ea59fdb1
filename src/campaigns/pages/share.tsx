import type { Settings } from '../../env.ts'
import { absolute, paths } from '../../paths.ts'
import type { ShareCard } from '../../web/share-card.tsx'
import { type Campaign, readableLocale } from '../campaign.ts'
import { type CampaignStatus, mayBeMentioned } from '../page-status.ts'
import { PICTURE_HEIGHT, PICTURE_WIDTH } from '../share-image/layout.ts'
import { pictureOf } from '../share-image/share-image.ts'

/** Data for link previews of a campaign; undefined for a campaign that may not be mentioned elsewhere. */
export function shareCard(
  settings: Settings,
  campaign: Campaign,
  locale: string,
  status: CampaignStatus,
): ShareCard | undefined {
  if (!mayBeMentioned(status)) return undefined
  const card: ShareCard = { type: 'article', locale: readableLocale(campaign, locale) }
  const picture = pictureOf(settings, campaign, locale, status)
  if (picture === null) return card
  const url = absolute(settings.publicUrl, paths.picture(picture.locale, campaign.slug, picture.version))
  return { ...card, picture: { url, width: PICTURE_WIDTH, height: PICTURE_HEIGHT, alt: picture.alt } }
}

/** A mailto link without an address (RFC 6068 §2). encodeURIComponent leaves no `&` and `+` to misread. */
export const mailtoLink = (subject: string, body: string): string =>
  `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
