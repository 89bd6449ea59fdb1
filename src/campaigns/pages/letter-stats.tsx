import { dayIn } from '../../kit/dates.ts'
import { formatTag } from '../../kit/locales.ts'
import { countryName } from '../../kit/names.ts'
import { inARow, textsIn } from '../../kit/page-texts.ts'
import type { Campaign } from '../campaign.ts'
import { countriesToShow, type Numbers } from '../counters.ts'

type CountProps = { locale: string; campaign: Campaign; numbers: Numbers }

/** How many have written, and what became of the mails: two counts, since a mail that was accepted is not a person who wrote. */
export function LettersCount({ locale, campaign, numbers }: CountProps) {
  const t = textsIn(locale)
  const { confirmed, accepted, refused, waiting, copies } = numbers
  const goal = campaign.goal?.letters
  return (
    <section class="flow" aria-labelledby="letters-title">
      <h2 id="letters-title">{t('campaign.letters-title')}</h2>
      <p>{t('campaign.letters-confirmed', { count: confirmed })}</p>
      {goal !== undefined && (
        <p>
          <progress value={Math.min(confirmed, goal)} max={goal} aria-labelledby="letters-title" />{' '}
          {t('campaign.letters-goal', { goal: new Intl.NumberFormat(formatTag(locale)).format(goal) })}
        </p>
      )}
      <Countries locale={locale} campaign={campaign} numbers={numbers} />
      <Days locale={locale} numbers={numbers} />
      <p class="small soft">{t('campaign.letters-mails', { accepted, refused, waiting })}</p>
      {copies > 0 && <p class="small soft">{t('campaign.letters-copies', { count: copies })}</p>}
      <SelfReported locale={locale} numbers={numbers} />
    </section>
  )
}

/** Where they are from, as far as they said so and it points at nobody. */
function Countries({ locale, campaign, numbers }: CountProps) {
  const t = textsIn(locale)
  const { named, others } = countriesToShow(numbers.countries, campaign.riskyIn)
  if (named.length === 0) return null
  const figures = new Intl.NumberFormat(formatTag(locale))
  const rows = named.map(({ country, people }) => `${countryName(locale, country)} ${figures.format(people)}`)
  const rest = others > 0 ? t('campaign.letters-elsewhere', { count: others }) : undefined
  return <p class="small soft">{inARow(locale, [...rows, rest])}</p>
}

/** Days shown of those on which somebody confirmed: the last ones say whether it still goes on. */
const DAYS_SHOWN = 7

function Days({ locale, numbers }: Pick<CountProps, 'locale' | 'numbers'>) {
  const last = Object.entries(numbers.days).toSorted().slice(-DAYS_SHOWN)
  if (last.length === 0) return null
  const figures = new Intl.NumberFormat(formatTag(locale))
  return (
    <details class="small soft">
      <summary>{textsIn(locale)('campaign.letters-days')}</summary>
      <ul>
        {last.map(([day, people]) => (
          <li>
            <time datetime={day}>{dayIn(locale, day)}</time>: {figures.format(people)}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What nobody can check: it stands apart, and says so. */
function SelfReported({ locale, numbers: { ownMailbox, paper } }: Pick<CountProps, 'locale' | 'numbers'>) {
  if (ownMailbox + paper === 0) return null
  return <p class="small soft">{textsIn(locale)('campaign.letters-reported', { ownMailbox, paper })}</p>
}
