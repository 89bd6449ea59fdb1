/** The simulated day on the free plan: plans everything that people do, and plays it. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/kit/durations.ts'
import { paths } from '../../../src/paths.ts'
import { person } from '../../local/crowd.ts'
import { LANGUAGES, NEW_SLUG, SLUGS } from './campaigns.ts'
import { appealing, EVENTS_WITHIN_MS, moderating, organising, publishing, reportingEvent } from './organisers.ts'
import {
  campaignOf,
  type Day,
  leaving,
  localeOf,
  reporting,
  signingUp,
  signUpEmail,
  speaking,
  viewing,
  writing,
} from './people.ts'
import type { Player } from './player.ts'
import type { DaySize } from './size.ts'

/** What happened, for the checks. Times in epoch ms. */
export type Happened = {
  joined: Set<string>
  left: Map<string, number> // when each person left, by address
  wrote: Map<string, { slug: string; at: number }> // confirmed letters, by address
  dispatches: string[]
  decided: number
  bounced: Set<string>
}

export const nothingYet = (): Happened => ({
  joined: new Set(),
  left: new Map(),
  wrote: new Map(),
  dispatches: [],
  decided: 0,
  bounced: new Set(),
})

/** Hours of the day (UTC) at which things happen. Offices of the targets are open from 9 to 17. */
const HOURS = { publish: 7.5, organise: 8, appeals: [9, 14], moderate: [10, 12, 14, 16, 18], newLetters: 8 } as const

/** Letters written on the evening before, so that digests leave on this day. */
export const EARLY_WRITERS = 5

/** Plans all acts of the day that begins at `start` (epoch ms). */
export function planDay(player: Player, day: Day, size: DaySize, start: number, happened: Happened): void {
  const { random, mailbox } = day
  const anyTime = (fromHour = 0, toHour = 24) => start + (fromHour + (toHour - fromHour) * random()) * HOUR_MS
  const confirmedLetter = (email: string, slug: string) => happened.wrote.set(email, { slug, at: mailbox.now })
  const left = (email: string) => happened.left.set(email, mailbox.now)

  planViews(player, day, size, start)
  for (let n = 0; n < size.signUps; n++)
    player.plan(
      anyTime(0, 20),
      'sign-up',
      signingUp(day, n, (email) => happened.joined.add(email)),
    )
  for (let n = 0; n < size.writers; n++) {
    const slug = campaignOf(n)
    const at = slug === NEW_SLUG ? anyTime(HOURS.newLetters, 21) : anyTime(0, 21)
    player.plan(at, 'letter', writing(day, n + EARLY_WRITERS, slug, confirmedLetter))
  }
  for (let n = 0; n < size.submissions; n++) player.plan(anyTime(0, 16), 'message', speaking(day, n, campaignOf(n % 2)))
  for (let n = 0; n < size.selfReports; n++) player.once(anyTime(0, 22), 'self-report', () => reporting(day, n))
  player.once(start + HOURS.publish * HOUR_MS, 'publish', () => publishing(day, NEW_SLUG, size))
  for (const [n, hour] of HOURS.appeals.entries()) {
    const sent = (id: string) => {
      happened.dispatches.push(id)
      planEvents(player, day, size, id, start + hour * HOUR_MS, happened)
    }
    player.once(start + hour * HOUR_MS, 'appeal', () => appealing(day, SLUGS[n] ?? NEW_SLUG, sent))
  }
  // Half of those who leave are old supporters, the others joined today.
  for (let n = 0; n < size.leavers; n++) {
    const old = n % 2 === 0
    const email = old ? person(n).email : signUpEmail(n)
    player.plan(old ? anyTime(9.5, 13.5) : anyTime(21, 23), 'leave', leaving(day, n, email, left))
  }
  const each = Math.ceil(size.submissions / HOURS.moderate.length)
  for (const hour of HOURS.moderate)
    player.plan(
      start + hour * HOUR_MS,
      'moderate',
      moderating(day, each, () => happened.decided++),
    )
  const organise = organising(day, size.organiserHours, () => happened.dispatches)
  player.plan(start + HOURS.organise * HOUR_MS, 'organise', organise)
}

/** Page views other than those that belong to an act. */
function planViews(player: Player, day: Day, size: DaySize, start: number): void {
  const { random } = day
  const at = () => start + DAY_MS * random()
  let view = 0
  const plan = (time: number, path: string, status = 200, act = 'view') => {
    const number = view++
    player.once(time, act, () => viewing(day, number, path, status, act))
  }
  for (let time = start; time < start + DAY_MS; time += size.monitorEveryMinutes * MINUTE_MS)
    plan(time, paths.home('en'), 200, 'monitor')
  for (let n = 0; n < size.homeViews; n++) plan(at(), paths.home(localeOf(n)))
  for (let n = 0; n < size.unknownViews; n++) plan(at(), paths.campaign(localeOf(n), `lost-${n}`), 404)
  while (view < size.views) {
    const slug = SLUGS[view % 2] ?? ''
    plan(at(), pathOf(slug, LANGUAGES[Math.floor(random() * LANGUAGES.length)] ?? 'en', random()))
  }
}

/** A page of a campaign: mostly the campaign itself. `share`: a random number in [0, 1). */
function pathOf(slug: string, locale: string, share: number): string {
  if (share < 0.8) return paths.campaign(locale, slug)
  if (share < 0.9) return paths.write(locale, slug)
  if (share < 0.94) return paths.signUp(locale)
  if (share < 0.97) return paths.campaignText(slug, locale)
  return paths.letterSheets(locale, slug)
}

/** Plans the bounces and complaints of an appeal. Those who bounced do not get the next one, so each appeal takes other people. */
function planEvents(player: Player, day: Day, size: DaySize, dispatch: string, at: number, happened: Happened): void {
  const first = 1_000 * happened.dispatches.length
  const bounces = Math.round(size.supporters * size.bounces)
  const complaints = Math.round(size.supporters * size.complaints)
  for (let n = 0; n < bounces + complaints; n++) {
    const { email } = person((first + n) % size.supporters)
    const what = n < bounces ? 'hard' : 'complained'
    happened.bounced.add(email)
    const about = { what, email, dispatch, n: first + n } as const
    player.once(at + 10 * MINUTE_MS + EVENTS_WITHIN_MS * day.random(), 'event', () => reportingEvent(day, about))
  }
}
