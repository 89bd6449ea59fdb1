import { formatDay } from '../../kit/dates.ts'
import { formatTag } from '../../kit/locales.ts'
import { countryName } from '../../kit/localised-names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import type { Campaign } from '../campaign.ts'
import { type Counters, countriesToShow } from '../counters.ts'

type LetterStatsProps = { locale: string; campaign: Campaign; counters: Counters }

/** How many people wrote. `live` adds the goal; a campaign that is over asks for nothing more. */
export function LetterCount({ locale, campaign, counters, live }: LetterStatsProps & { live: boolean }) {
  const t = translator(locale)
  const goal = live ? campaign.goal?.letters : undefined
  return (
    <section class="flow" aria-labelledby="letters-title">
      <h2 id="letters-title">{t('campaign.letters-title')}</h2>
      <p>{t('campaign.letters-confirmed', { count: counters.confirmed })}</p>
      {goal !== undefined && (
        <p>
          <progress value={Math.min(counters.confirmed, goal)} max={goal} aria-labelledby="letters-title" />{' '}
          {t('campaign.letters-goal', { goal })}
        </p>
      )}
    </section>
  )
}

/**
 * Number of writers and states of their mails. Two separate counts, because an accepted mail is not the same as a
 * person who wrote.
 */
export function LetterStats({ locale, campaign, counters }: LetterStatsProps) {
  const t = translator(locale)
  const { confirmed, accepted, refused, waiting, copies } = counters
  return (
    <section class="flow">
      <h2>{t('campaign.letters-title')}</h2>
      <p>{t('campaign.letters-confirmed', { count: confirmed })}</p>
      <Countries locale={locale} campaign={campaign} counters={counters} />
      <Days locale={locale} counters={counters} />
      <p class="small soft">{t('campaign.letters-mails', { accepted, refused, waiting })}</p>
      {copies > 0 && <p class="small soft">{t('campaign.letters-copies', { count: copies })}</p>}
      <SelfReports locale={locale} counters={counters} />
    </section>
  )
}

/** Countries of the writers, where named and common enough not to identify a person. */
function Countries({ locale, campaign, counters }: LetterStatsProps) {
  const t = translator(locale)
  const { named, others } = countriesToShow(counters.countries, campaign.riskyIn)
  if (named.length === 0) return null
  const figures = new Intl.NumberFormat(formatTag(locale))
  const rows = named.map(({ country, people }) => `${countryName(locale, country)} ${figures.format(people)}`)
  const rest = others > 0 ? t('campaign.letters-elsewhere', { count: others }) : undefined
  return <p class="small soft">{joinList(locale, [...rows, rest])}</p>
}

/** Most days in the table of confirmations. The last days show whether the campaign is still active. */
const DAYS_SHOWN = 7

function Days({ locale, counters }: Pick<LetterStatsProps, 'locale' | 'counters'>) {
  const last = Object.entries(counters.days).toSorted().slice(-DAYS_SHOWN)
  if (last.length === 0) return null
  const figures = new Intl.NumberFormat(formatTag(locale))
  return (
    <details class="small soft">
      <summary>{translator(locale)('campaign.letters-days')}</summary>
      <ul>
        {last.map(([day, people]) => (
          <li>
            <time datetime={day}>{formatDay(locale, day)}</time>: {figures.format(people)}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Number of self-reports, shown apart because nobody can check them. */
function SelfReports({ locale, counters: { ownMailbox, paper } }: Pick<LetterStatsProps, 'locale' | 'counters'>) {
  if (ownMailbox + paper === 0) return null
  return <p class="small soft">{translator(locale)('campaign.letters-reported', { ownMailbox, paper })}</p>
}
