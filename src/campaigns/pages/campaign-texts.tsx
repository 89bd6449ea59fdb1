import { formatDay } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import type { CampaignWords, DatedSection } from '../campaign.ts'
import { ProseView } from '../text/prose-view.tsx'
import { Section, type SectionProps } from './campaign-section.tsx'

/** Sections of the case in prose. A section is null when the case has no text for it. */

export function Demands({ words, locale, live }: SectionProps) {
  if (words.demands.length === 0) return null
  return (
    <Section title={translator(locale)(live ? 'campaign.demands' : 'campaign.demands-past')}>
      <ol class="numbered">
        {words.demands.map((demand) => (
          <li>{demand}</li>
        ))}
      </ol>
    </Section>
  )
}

/** Updates, newest first: in campaign files the oldest stands first. */
export const newestFirst = ({ updates }: CampaignWords): DatedSection[] =>
  updates.toSorted((a, b) => b.date.localeCompare(a.date) || updates.indexOf(b) - updates.indexOf(a))

export function Updates({ words, locale }: SectionProps) {
  if (words.updates.length === 0) return null
  return (
    <Section title={translator(locale)('campaign.updates')}>
      {newestFirst(words).map((update) => (
        <article class="flow" id={`update-${update.id}`}>
          <h3>{update.title}</h3>
          <UpdateDay locale={locale} update={update} />
          <ProseView prose={update.body} level={4} />
        </article>
      ))}
    </Section>
  )
}

export const UpdateDay = ({ locale, update: { date } }: { locale: string; update: DatedSection }) => (
  <p class="soft small">
    <time datetime={date}>{formatDay(locale, date)}</time>
  </p>
)
