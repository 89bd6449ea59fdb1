import { dayIn } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { inARow, textsIn } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { Lines } from '../../web/text-lines.tsx'
import { type Campaign, textIn } from '../campaign.ts'
import type { Numbers } from '../counters.ts'
import { type PublicVoices, takesEndorsements } from '../public-submissions.ts'
import { Section } from './campaign-section.tsx'

type VoicesProps = {
  locale: string
  campaign: Campaign
  /** Whether people are asked to act on it. */
  live: boolean
  voices: PublicVoices | null
  numbers: Numbers | null
}

/** What others say of a case: those who were written to, organisations that support it, people who wrote to the workers. */
export function Voices(props: VoicesProps) {
  return (
    <>
      <Replies {...props} />
      <Endorsements {...props} />
      <Messages {...props} />
    </>
  )
}

function Replies({ locale, campaign, voices }: VoicesProps) {
  const t = textsIn(locale)
  const replies = (voices?.replies ?? []).flatMap((reply) => {
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
            <time datetime={date}>{dayIn(locale, date)}</time>
          </p>
          <blockquote class="flow" lang={written} dir={directionOf(written)}>
            <Lines text={text} />
          </blockquote>
        </article>
      ))}
    </Section>
  )
}

function Endorsements({ locale, campaign, live, voices, numbers }: VoicesProps) {
  const t = textsIn(locale)
  const endorsements = voices?.endorsements ?? []
  const open = live && takesEndorsements(campaign)
  if (endorsements.length === 0 && !open) return null
  const all = Math.max(numbers?.endorsements ?? 0, endorsements.length)
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
                  <bdi>{inARow(locale, [signer, role])}</bdi>
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

function Messages({ locale, voices, numbers }: VoicesProps) {
  const t = textsIn(locale)
  const messages = voices?.messages ?? []
  const all = Math.max(numbers?.support ?? 0, messages.length)
  if (all === 0) return null
  return (
    <Section title={t('campaign.messages')}>
      <p>{t('campaign.messages-count', { count: all })}</p>
      {messages.length > 0 && <p class="soft">{t('campaign.messages-shown')}</p>}
      {messages.map(({ name, place, text }) => (
        <blockquote class="flow">
          <Lines text={text} />
          <p class="soft small">
            <bdi>{inARow(locale, [name, place])}</bdi>
          </p>
        </blockquote>
      ))}
    </Section>
  )
}
