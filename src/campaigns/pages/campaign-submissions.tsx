import { formatDay } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { TextLines } from '../../web/text-lines.tsx'
import { type Campaign, textIn } from '../campaign.ts'
import type { Counters } from '../counters.ts'
import { acceptsEndorsements, type PublicSubmissions } from '../public-submissions.ts'
import { Section } from './campaign-section.tsx'

type SubmissionsProps = {
  locale: string
  campaign: Campaign
  /** Whether people are still asked to act. */
  live: boolean
  submissions: PublicSubmissions | null
  counters: Counters | null
}

/** Accepted submissions of a case: replies of targets, endorsements of organisations, messages to the workers. */
export function Submissions(props: SubmissionsProps) {
  return (
    <>
      <Replies {...props} />
      <Endorsements {...props} />
      <Messages {...props} />
    </>
  )
}

function Replies({ locale, campaign, submissions }: SubmissionsProps) {
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

function Endorsements({ locale, campaign, live, submissions, counters }: SubmissionsProps) {
  const t = translator(locale)
  const endorsements = submissions?.endorsements ?? []
  const open = live && acceptsEndorsements(campaign)
  if (endorsements.length === 0 && !open) return null
  const all = Math.max(counters?.endorsements ?? 0, endorsements.length)
  return (
    <Section title={t('campaign.endorsements')}>
      {endorsements.length > 0 && (
        <>
          <p>{t('campaign.endorsements-count', { count: all })}</p>
          {all > endorsements.length && <p class="soft">{t('campaign.endorsements-newest')}</p>}
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
        </>
      )}
      {open && (
        <p>
          <a class="target-size" href={paths.endorse(locale, campaign.slug)}>
            {t('campaign.endorse')}
          </a>
        </p>
      )}
    </Section>
  )
}

function Messages({ locale, submissions, counters }: SubmissionsProps) {
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
