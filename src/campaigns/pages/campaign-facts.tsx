import { formatDay } from '../../kit/dates.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { textIn } from '../campaign.ts'
import { Section, type SectionProps } from './campaign-section.tsx'

/** Facts of a case: figures with their parties, and sources. */

/** Figures of all parties side by side, each with its party. Figures are never averaged or chosen. */
export function Claims({ campaign, locale, sourceHref }: SectionProps & { sourceHref(id: string): string }) {
  const t = translator(locale)
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
            {joinList(locale, [t('claim.said-by', { name: textIn(saidBy, locale) }), date && formatDay(locale, date)])}{' '}
            {source && numbers.has(source) && <a href={sourceHref(source)}>[{numbers.get(source)}]</a>}
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The sources from number `first` on. */
export function Sources({ campaign, locale, first }: SectionProps & { first: number }) {
  const t = translator(locale)
  if (campaign.sources.length === 0) return null
  return (
    <Section title={t('campaign.sources')}>
      <ol start={first === 1 ? undefined : first}>
        {campaign.sources.map(({ id, title, publisher, author, date, url, via }) => (
          <li id={`source-${id}`}>
            <cite>{url === undefined ? title : <a href={url}>{title}</a>}</cite>
            {' · '}
            {joinList(locale, [
              author && t('campaign.source-by', { name: author }),
              publisher,
              date && formatDay(locale, date),
              via && t('campaign.via', { name: via }),
            ])}
          </li>
        ))}
      </ol>
    </Section>
  )
}
