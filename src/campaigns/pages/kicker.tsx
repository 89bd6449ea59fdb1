import { formatDay, formatMonth } from '../../kit/dates.ts'
import { countryName } from '../../kit/localised-names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { textIn } from '../campaign.ts'
import type { ListedCampaign } from '../copies/campaign-index.ts'
import type { CampaignStatus } from '../page-status.ts'

type Introduced = Pick<ListedCampaign, 'kind' | 'invented' | 'country' | 'places' | 'opened' | 'openedKnownTo'>

/** One line above the title: status, country, places and date. */
export function Kicker({ locale, campaign, status }: { locale: string; campaign: Introduced; status: CampaignStatus }) {
  const t = translator(locale)
  const where = [countryName(locale, campaign.country), ...campaign.places.map((place) => textIn(place, locale))]
  return (
    <p class="kicker">
      <span class={status === 'open' ? 'tag open' : 'tag'}>{t(`status.${status}`)}</span>
      {campaign.kind === 'bulletin' && <span>{t('kind.bulletin')}</span>}
      {campaign.invented && <span class="tag">{t('kind.invented')}</span>}
      <span>{joinList(locale, where)}</span>
      <OpenedDate locale={locale} campaign={campaign} />
    </p>
  )
}

/** The day a campaign opened, with the precision that its sources support. */
function OpenedDate({ locale, campaign: { opened, openedKnownTo } }: { locale: string; campaign: Introduced }) {
  if (openedKnownTo === 'unknown') return null
  if (openedKnownTo === 'day') return <time datetime={opened}>{formatDay(locale, opened)}</time>
  if (openedKnownTo === 'month') return <time datetime={opened.slice(0, 7)}>{formatMonth(locale, opened)}</time>
  const year = opened.slice(0, 4)
  return <time datetime={year}>{year}</time>
}
