import { dayIn, occasionIn } from '../kit/dates.ts'
import { inARow, textsIn } from '../kit/texts.ts'
import { instantOf } from '../kit/zone.ts'
import { textIn } from './campaign.ts'
import { type Reading, Section } from './case-section.tsx'

/** What is known: when and where, which figures and by whom, and from which sources. */

export function Events({ campaign, locale }: Reading) {
  if (campaign.events.length === 0) return null
  return (
    <Section title={textsIn(locale)('campaign.event')}>
      {campaign.events.map((event) => (
        <div class="note quiet">
          <h3>{textIn(event.title, locale)}</h3>
          <p>
            <time datetime={new Date(instantOf(event.start, event.zone)).toISOString()}>
              {occasionIn(locale, event)}
            </time>
          </p>
          <p>{textIn(event.place, locale)}</p>
        </div>
      ))}
    </Section>
  )
}

/** Figures side by side, each with who says so: none is chosen and nothing is averaged. */
export function Claims({ campaign, locale }: Reading) {
  const t = textsIn(locale)
  if (campaign.claims.length === 0) return null
  const numbers = new Map(campaign.sources.map(({ id }, index) => [id, index + 1]))
  return (
    <Section title={t('campaign.claims')} intro={t('campaign.claims-intro')}>
      <ul class="claims">
        {campaign.claims.map(({ figure, bound, unit, saidBy, source, date }) => (
          <li>
            <strong>
              {t(`claim.${bound}`, { figure })} {textIn(unit, locale)}
            </strong>{' '}
            {inARow(locale, [t('claim.said-by', { name: textIn(saidBy, locale) }), date && dayIn(locale, date)])}{' '}
            {source && numbers.has(source) && <a href={`#source-${source}`}>[{numbers.get(source)}]</a>}
          </li>
        ))}
      </ul>
    </Section>
  )
}

export function Sources({ campaign, locale }: Reading) {
  const t = textsIn(locale)
  if (campaign.sources.length === 0) return null
  return (
    <Section title={t('campaign.sources')}>
      <ol>
        {campaign.sources.map(({ id, title, publisher, author, date, url, via }) => (
          <li id={`source-${id}`}>
            <cite>{url === undefined ? title : <a href={url}>{title}</a>}</cite>
            {' · '}
            {inARow(locale, [
              author && t('campaign.source-by', { name: author }),
              publisher,
              date && dayIn(locale, date),
              via && t('campaign.via', { name: via }),
            ])}
          </li>
        ))}
      </ol>
    </Section>
  )
}
