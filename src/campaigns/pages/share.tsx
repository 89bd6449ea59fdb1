import type { Settings } from '../../env.ts'
import { translator } from '../../kit/page-texts.ts'
import { absolute, paths } from '../../paths.ts'
import type { ShareCard } from '../../web/share-card.tsx'
import { type Campaign, readableLocale, wordsIn } from '../campaign.ts'
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

type ShareProps = { locale: string; settings: Settings; campaign: Campaign }

/** Sharing by mail or by copying the address: neither reveals who shared. Only for open campaigns, which still need people. */
export function ShareSection({ locale, settings, campaign }: ShareProps) {
  const t = translator(locale)
  const { title } = wordsIn(campaign, locale)
  const url = absolute(settings.publicUrl, paths.campaign(readableLocale(campaign, locale), campaign.slug))
  return (
    <section class="flow" id="share">
      <h2>{t('share.title')}</h2>
      <p class="soft">{t('share.lead')}</p>
      <div class="field">
        <label for="share-url">{t('share.address')}</label>
        <input id="share-url" type="text" value={url} readonly dir="ltr" />
      </div>
      <p>
        <a class="button" href={mailtoLink(title, url)}>
          {t('share.mail')}
        </a>
      </p>
    </section>
  )
}

/** A mailto link without an address (RFC 6068 §2). encodeURIComponent leaves no `&` and `+` to misread. */
export const mailtoLink = (subject: string, body: string): string =>
  `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
