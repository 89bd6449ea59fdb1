import { occasionIn } from '../../kit/dates.ts'
import { textsIn } from '../../kit/page-texts.ts'
import { instantOf } from '../../kit/zones.ts'
import { type EventStanding, endOf, eventStanding } from '../calendar/events.ts'
import { textIn } from '../campaign.ts'
import type { Event } from '../definition.ts'
import { type Reading, Section } from './campaign-section.tsx'

type Props = Reading & { now: number; calendar: string }

/** When and where. `calendar` is the path of the file with these events, offered while there is something to come or to cross out. */
export function Events({ campaign, locale, live, now, calendar }: Props) {
  const t = textsIn(locale)
  if (campaign.events.length === 0) return null
  const ahead = campaign.events.filter((event) => endOf(event) > now)
  const coming = ahead.some(({ cancelled }) => !cancelled)
  return (
    <Section title={t('campaign.event')}>
      {campaign.events.map((event) => (
        <OneEvent locale={locale} event={event} standing={eventStanding(event, now)} />
      ))}
      {live && ahead.length > 0 && (
        <p>
          <a class="target-size" href={calendar}>
            {t(coming ? 'campaign.calendar' : 'campaign.calendar-update')}
          </a>
        </p>
      )}
    </Section>
  )
}

function OneEvent({ locale, event, standing }: { locale: string; event: Event; standing: EventStanding }) {
  return (
    <div class={standing === 'cancelled' ? 'note' : 'note quiet'}>
      <h3>{textIn(event.title, locale)}</h3>
      {standing !== 'coming' && (
        <p>
          <strong>{textsIn(locale)(`campaign.event-${standing}`)}</strong>
        </p>
      )}
      <p>
        <time datetime={new Date(instantOf(event.start, event.zone)).toISOString()}>{occasionIn(locale, event)}</time>
      </p>
      <p>{textIn(event.place, locale)}</p>
    </div>
  )
}
