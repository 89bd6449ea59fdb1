import { formatEventTime } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import { instantOf } from '../../kit/zones.ts'
import { type EventStatus, eventEnd, eventStatus } from '../calendar/events.ts'
import { textIn } from '../campaign.ts'
import type { CampaignEvent } from '../definition.ts'
import { Section, type SectionProps } from './campaign-section.tsx'

type EventsProps = SectionProps & { now: number; calendar: string }

/**
 * Times and places of the events. `calendar` is the path of the calendar file, offered while an event is in the future
 * or was cancelled.
 */
export function Events({ campaign, locale, live, now, calendar }: EventsProps) {
  const t = translator(locale)
  if (campaign.events.length === 0) return null
  const ahead = campaign.events.filter((event) => eventEnd(event) > now)
  const coming = ahead.some(({ cancelled }) => !cancelled)
  return (
    <Section title={t('campaign.event')}>
      {campaign.events.map((event) => (
        <OneEvent locale={locale} event={event} status={eventStatus(event, now)} />
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

function OneEvent({ locale, event, status }: { locale: string; event: CampaignEvent; status: EventStatus }) {
  return (
    <div class={status === 'cancelled' ? 'note' : 'note quiet'}>
      <h3>{textIn(event.title, locale)}</h3>
      {status !== 'coming' && (
        <p>
          <strong>{translator(locale)(`campaign.event-${status}`)}</strong>
        </p>
      )}
      <p>
        <time datetime={new Date(instantOf(event.start, event.zone)).toISOString()}>
          {formatEventTime(locale, event)}
        </time>
      </p>
      <p>{textIn(event.place, locale)}</p>
    </div>
  )
}
