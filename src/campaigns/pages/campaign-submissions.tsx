import { formatDay } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { TextLines } from '../../web/text-lines.tsx'
import { type Campaign, textIn } from '../campaign.ts'
import type { Counters } from '../counters.ts'
import type { PublicSubmissions } from '../public-submissions.ts'
import { Section } from './campaign-section.tsx'

/** Accepted submissions of a case: replies of targets, endorsements of organisations, messages to the workers. */
export type SubmissionsProps = {
  locale: string
  campaign: Campaign
  submissions: PublicSubmissions | null
  counters: Counters | null
}

export function Replies({ locale, campaign, submissions }: SubmissionsProps) {
  const t = translator(locale)
  const replies = (submissions?.replies ?? []).flatMap((reply) => {
    const target = campaign.targets.find(({ id }) => id === reply.target)
    return target === undefined ? [] : [{ ...reply, role: textIn(target.role, locale) }]
  })
  if (replies.length === 0) return null
  return (
    <Section title={t('campaign.replies')} intro={t('campaign.replies-intro')}>
      {replies.map(({ role, date, locale: written, text }) => (
        <article class="flow">
          <h3>{role}</h3>
          <p class="soft small">
            <time datetime={date}>{formatDay(locale, date)}</time>
          </p>
          <blockquote class="flow" lang={written} dir={directionOf(written)}>
            <TextLines text={text} />
          </blockquote>
        </article>
      ))}
    </Section>
  )
}

/** Endorsements of organisations. `listed` is how many are listed on all parts of the page together. */
export function Endorsements({ locale, submissions, counters, listed }: SubmissionsProps & { listed: number }) {
  const t = translator(locale)
  const endorsements = submissions?.endorsements ?? []
  if (endorsements.length === 0) return null
  const all = Math.max(counters?.endorsements ?? 0, listed)
  return (
    <Section title={t('campaign.endorsements')}>
      <p>{t('campaign.endorsements-count', { count: all })}</p>
      {all > listed && <p class="soft">{t('campaign.endorsements-newest')}</p>}
      <ul class="parties">
        {endorsements.map(({ organisation, place, signer, role }) => (
          <li>
            <strong>
              <bdi>{organisation}</bdi>
            </strong>{' '}
            · <bdi>{place}</bdi>
            <br />
            <span class="soft">
              <bdi>{joinList(locale, [signer, role])}</bdi>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

export function Messages({ locale, submissions, counters }: SubmissionsProps) {
  const t = translator(locale)
  const messages = submissions?.messages ?? []
  const all = Math.max(counters?.support ?? 0, messages.length)
  if (all === 0) return null
  return (
    <Section title={t('campaign.messages')}>
      <p>{t('campaign.messages-count', { count: all })}</p>
      {messages.length > 0 && <p class="soft">{t('campaign.messages-shown')}</p>}
      {messages.map(({ name, place, text }) => (
        <blockquote class="flow">
          <TextLines text={text} />
          <p class="soft small">
            <bdi>{joinList(locale, [name, place])}</bdi>
          </p>
        </blockquote>
      ))}
    </Section>
  )
}
