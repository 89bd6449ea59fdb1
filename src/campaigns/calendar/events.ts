import { instantOf } from '../../kit/zones.ts'
import type { Campaign } from '../campaign.ts'
import type { CampaignEvent } from '../definition.ts'

/** Whether an event is in the future, has ended, or was cancelled. */
export type EventStatus = 'coming' | 'over' | 'cancelled'

/** The status of an event at `now` (epoch ms). A cancelled event stays cancelled after its time. */
export const eventStatus = (event: CampaignEvent, now: number): EventStatus =>
  event.cancelled ? 'cancelled' : now >= eventEnd(event) ? 'over' : 'coming'

/**
 * The instant (epoch ms) at which an event is over. An event without an end is over at the end of its day, because its
 * length is unknown.
 */
export const eventEnd = ({ start, end, zone }: CampaignEvent): number =>
  instantOf(end ?? `${start.slice(0, 10)}T23:59:59.999`, zone)

const ends = new WeakMap<Campaign, readonly number[]>()

/** Number of a campaign's events that have ended. Cheap enough for every request. */
export function countEndedEvents(campaign: Campaign, now: number): number {
  const known = ends.get(campaign) ?? campaign.events.map(eventEnd)
  ends.set(campaign, known)
  return known.filter((end) => now >= end).length
}
