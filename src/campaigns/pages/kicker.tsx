import { dayIn, monthIn } from '../../kit/dates.ts'
import { countryName } from '../../kit/names.ts'
import { inARow, textsIn } from '../../kit/page-texts.ts'
import { type Campaign, textIn } from '../campaign.ts'
import type { Standing } from '../page-status.ts'

/** Where, what and when, in one line. */
export function Kicker({ locale, campaign, standing }: { locale: string; campaign: Campaign; standing: Standing }) {
  const t = textsIn(locale)
  const where = [countryName(locale, campaign.country), ...campaign.places.map((place) => textIn(place, locale))]
  return (
    <p class="kicker">
      <span class={standing === 'open' ? 'tag open' : 'tag'}>{t(`status.${standing}`)}</span>
      {campaign.kind === 'bulletin' && <span>{t('kind.bulletin')}</span>}
      {campaign.invented && <span class="tag">{t('kind.invented')}</span>}
      <span>{inARow(locale, where)}</span>
      <Opened locale={locale} campaign={campaign} />
    </p>
  )
}

/** The day a campaign opened, as far as its sources know it. */
function Opened({ locale, campaign: { opened, openedKnownTo } }: { locale: string; campaign: Campaign }) {
  if (openedKnownTo === 'unknown') return null
  if (openedKnownTo === 'day') return <time datetime={opened}>{dayIn(locale, opened)}</time>
  if (openedKnownTo === 'month') return <time datetime={opened.slice(0, 7)}>{monthIn(locale, opened)}</time>
  const year = opened.slice(0, 4)
  return <time datetime={year}>{year}</time>
}
