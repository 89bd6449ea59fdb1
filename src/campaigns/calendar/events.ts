import { instantOf } from '../../kit/zones.ts'
import type { Campaign } from '../campaign.ts'
import type { CampaignEvent } from '../definition.ts'

/** How an event stands towards somebody who reads of it. */
export type EventStatus = 'coming' | 'over' | 'cancelled'

/** `now` in epoch milliseconds. What was cancelled stays so when its time has passed. */
export const eventStatus = (event: CampaignEvent, now: number): EventStatus =>
  event.cancelled ? 'cancelled' : now >= eventEnd(event) ? 'over' : 'coming'

/** The instant (epoch ms) from which it is over. Without an end that is the end of its day: nobody said how long it lasts. */
export const eventEnd = ({ start, end, zone }: CampaignEvent): number =>
  instantOf(end ?? `${start.slice(0, 10)}T23:59:59.999`, zone)

const ends = new WeakMap<Campaign, readonly number[]>()

/** How many of a campaign's events have ended; cheap to ask at every request. */
export function countEndedEvents(campaign: Campaign, now: number): number {
  const known = ends.get(campaign) ?? campaign.events.map(eventEnd)
  ends.set(campaign, known)
  return known.filter((end) => now >= end).length
}
