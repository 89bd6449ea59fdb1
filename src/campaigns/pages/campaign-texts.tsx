import { formatDay } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import { ProseView } from '../text/prose-view.tsx'
import { Section, type SectionProps } from './campaign-section.tsx'

/** Sections of the case in prose. A section is null when the case has no text for it. */

export function Demands({ words, locale }: SectionProps) {
  if (words.demands.length === 0) return null
  return (
    <Section title={translator(locale)('campaign.demands')}>
      <ol class="numbered">
        {words.demands.map((demand) => (
          <li>{demand}</li>
        ))}
      </ol>
    </Section>
  )
}

/** A letter in a box: the model letter, or an open letter already sent by others. */
export function Letter({ words, locale, live, which }: SectionProps & { which: 'letter' | 'openLetter' }) {
  const t = translator(locale)
  const prose = words[which]
  if (prose === undefined) return null
  const model = which === 'letter'
  return (
    <Section
      title={t(model ? (live ? 'campaign.letter' : 'campaign.letter-past') : 'campaign.open-letter')}
      intro={model && live ? t('campaign.letter-intro') : undefined}
    >
      <blockquote class="letter flow">
        <ProseView prose={prose} />
      </blockquote>
    </Section>
  )
}

export function Updates({ words, locale }: SectionProps) {
  if (words.updates.length === 0) return null
  return (
    <Section title={translator(locale)('campaign.updates')}>
      {words.updates.map(({ id, date, title, body }) => (
        <article class="flow" id={`update-${id}`}>
          <h3>{title}</h3>
          <p class="soft small">
            <time datetime={date}>{formatDay(locale, date)}</time>
          </p>
          <ProseView prose={body} level={4} />
        </article>
      ))}
    </Section>
  )
}
