/** The daily numbers of a lived day, with everything that was counted for their acts. */

import type { Lived } from '../day/run.ts'
import { addTo, noTally, sumsBy, type Tally } from '../runtime/tally.ts'
import type { DailyNumber } from './exhaustion.ts'

/** Acts by daily number. An act's alarms count for it. */
const ACTS: Record<string, readonly string[]> = {
  'page views': ['view'],
  'looks of a monitor': ['monitor'],
  'sign-ups': ['sign-up'],
  'people who leave': ['leave'],
  'writers, four letters each': ['letter'],
  'messages to the workers': ['message'],
  'decisions of a moderator': ['moderate'],
  'self-reports': ['self-report'],
  'provider events': ['event'],
  'appeals to everybody': ['appeal'],
  'campaigns published': ['publish'],
  'organisers who watch': ['organise'],
}

export function dailyNumbers({ size, counted, happened }: Lived): DailyNumber[] {
  const acts = sumsBy(counted.entries, 'act')
  const monitored = acts.get('monitor')?.tally.workerRequests ?? 0
  const events = acts.get('event')?.tally.workerRequests ?? 0
  const looks = Math.min(monitored, (24 * 60) / size.monitorEveryMinutes)
  const times: Record<string, number> = {
    'page views': size.views - looks,
    'looks of a monitor': looks,
    'sign-ups': happened.joined.size,
    'people who leave': happened.left.size,
    'writers, four letters each': size.writers,
    'messages to the workers': size.submissions,
    'decisions of a moderator': happened.decided,
    'self-reports': size.selfReports,
    'provider events': events,
    'appeals to everybody': happened.dispatches.length,
    'campaigns published': 1,
    'organisers who watch': 1,
  }
  return Object.entries(ACTS).flatMap(([name, own]): DailyNumber[] => {
    const tally: Tally = own.reduce((sum, act) => addTo(sum, acts.get(act)?.tally ?? noTally()), noTally())
    return times[name] ? [{ name, times: times[name], tally }] : []
  })
}
