import { formatTag } from '../kit/locales.ts'
import { textsIn } from '../kit/texts.ts'
import type { Campaign } from './campaign.ts'
import type { Numbers } from './numbers.ts'

/** How many have written, and what became of the mails: two counts, since a mail that was accepted is not a person who wrote. */
export function LettersCount({ locale, campaign, numbers }: { locale: string; campaign: Campaign; numbers: Numbers }) {
  const t = textsIn(locale)
  const { confirmed, accepted, refused, waiting } = numbers
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
      <p class="small soft">{t('campaign.letters-mails', { accepted, refused, waiting })}</p>
    </section>
  )
}
