/** Demonstration, dispatch: a dry run, then a dispatch that is repeated, paused, resumed and finished. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Counts } from '../../src/delivery/counts.ts'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { type CapturedMail, readOutbox } from '../local/outbox.ts'
import { oneClick } from '../local/visitor.ts'
import { optOutOf } from './joining.ts'
import type { DemoPerson } from './people.ts'
import { differs, differsInMembers } from './report.ts'
import type { Stage } from './stage.ts'

/** Slow enough to pause between two languages: each second one language is sent. */
const RATE_PER_MINUTE = 600
const POLL_EVERY_MS = 50
const END_WITHIN_MS = 30_000
/** Milliseconds of the pause; longer than the rate alone delays the next batch. */
const PAUSE_MS = 1_300

/** Number of people by first language, sorted by language. */
export function perLocaleOf(people: readonly DemoPerson[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { locales } of people) sums[locales[0] ?? ''] = (sums[locales[0] ?? ''] ?? 0) + 1
  return sorted(sums)
}

const sorted = <T>(record: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(record).sort())
const planned = (view: DispatchView) => sorted(mapped(view.perLocale, (counts) => counts.planned))
const mapped = <T, U>(record: Record<string, T>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))

/** Faults of a dispatch's counts (I3): the parts must add up to `planned`, in each language and in total. */
function unreconciled({ counts, perLocale }: DispatchView): string[] {
  const rest = ({ planned: _, ...parts }: Counts) => Object.values(parts).reduce((sum, part) => sum + part, 0)
  const names = Object.keys(counts) as Array<keyof Counts>
  const sums = names.map((name) => Object.values(perLocale).reduce((sum, of) => sum + of[name], 0))
  return [
    ...Object.entries({ ...perLocale, all: counts }).flatMap(([name, of]) => differs(name, rest(of), of.planned)),
    ...differs(
      'sums of the languages',
      sums,
      names.map((name) => counts[name]),
    ),
  ]
}

/**
 * Plays the dispatch. `expected`: the supporters. Returns the person who unsubscribed during the pause, after planning and before their
 * mail (I4).
 */
export async function sending(stage: Stage, expected: readonly DemoPerson[]): Promise<DemoPerson> {
  const { organiser, report } = stage
  const views: DispatchView[] = []
  const until = async (id: string, reached: (view: DispatchView) => boolean): Promise<DispatchView> => {
    for (const deadline = Date.now() + END_WITHIN_MS; ; await delay(POLL_EVERY_MS)) {
      const view = await organiser.dispatchDetails(id)
      views.push(view)
      if (reached(view) || Date.now() > deadline) return view
    }
  }
  const id = await requesting(stage, expected, until)
  await until(id, ({ counts, state }) => counts.accepted > 0 || state === 'finished')
  const leaver = await pausing(stage, expected, id)
  await organiser.act(id, 'resume')
  const view = await until(id, isOver)
  const rest = expected.filter((person) => person !== leaver)
  report.check(
    `Resumed, the dispatch reaches ${rest.length} people, but not the one who unsubscribed during the pause (I4).`,
    [
      ...differs('state', view.state, 'finished'),
      ...differs('accepted', sorted(mapped(view.perLocale, ({ accepted }) => accepted)), perLocaleOf(rest)),
      ...differs('suppressed', view.counts.suppressed, 1),
      ...differsInMembers(
        'mails',
        (await appeals(stage)).map(({ to }) => to),
        rest.map(({ email }) => email),
      ),
    ],
  )
  report.check(`In each of ${views.length} views the counts add up, by language and in total (I3).`, [
    ...views.flatMap(unreconciled),
    ...differs('planned', planned(view), perLocaleOf(expected)),
  ])
  return leaver
}

type Until = (id: string, reached: (view: DispatchView) => boolean) => Promise<DispatchView>

const isOver = ({ state }: DispatchView): boolean => state === 'finished' || state === 'cancelled'

/** Mails of the appeal in the outbox, without test mails. */
const appeals = async ({ site }: Stage): Promise<CapturedMail[]> =>
  (await readOutbox(site)).filter(({ headers, subject }) => headers['List-Id'] && !subject.startsWith('[Test]'))

/** Plays a dry run and the request of the dispatch, repeated with its key and with another. Returns the dispatch's id. */
async function requesting(stage: Stage, expected: readonly DemoPerson[], until: Until): Promise<string> {
  const { organiser, report, campaign } = stage
  const request = { campaign: campaign.slug, revision: campaign.revision, email: 'appeal' }
  const dry = await organiser.dispatch({ ...request, dryRun: true }, crypto.randomUUID())
  const counted = await until(dry.json.id, isOver)
  report.check(`A dry run counts ${expected.length} people by language and sends no mail.`, [
    ...differs('people', counted.counts.planned, expected.length),
    ...differs('by language', planned(counted), perLocaleOf(expected)),
    ...differs('mails', (await appeals(stage)).length, 0),
  ])

  const key = crypto.randomUUID()
  const first = await organiser.dispatch({ ...request, ratePerMinute: RATE_PER_MINUTE }, key)
  const { id } = first.json
  const again = await organiser.dispatch({ ...request, ratePerMinute: RATE_PER_MINUTE }, key)
  report.check('A repeated request with the same Idempotency-Key returns the same dispatch.', [
    ...differs('first', first.status, 201),
    ...differs('again', [again.status, again.json.id], [201, id]),
  ])
  const other = await organiser.dispatch(request, crypto.randomUUID())
  report.check('A second dispatch of the same appeal is refused, since people would get the appeal twice.', [
    ...differs('answer', [other.status, other.json.dispatch], [409, id]),
  ])

  return id
}

/** Pauses the dispatch and lets a person unsubscribe whose mail was not sent yet. Returns the person. */
async function pausing(stage: Stage, expected: readonly DemoPerson[], id: string): Promise<DemoPerson> {
  const { organiser, report } = stage
  const paused = await organiser.act(id, 'pause')
  const reached = await appeals(stage)
  const leaver = expected.find(({ email }) => !reached.some(({ to }) => to === email))
  if (leaver === undefined)
    throw new Error('all mails were sent before the pause: no person is left to unsubscribe during the pause')
  const left = await oneClick(await optOutOf(stage, leaver))
  await delay(PAUSE_MS)
  report.check(`Paused after ${reached.length} people, the dispatch sends no further mail.`, [
    ...differs('state', [paused.status, paused.json.state], [200, 'paused']),
    ...differs('answer to one click', left.status, 200),
    ...differs('mails', (await appeals(stage)).length, reached.length),
    ...differs('waiting', (await organiser.dispatchDetails(id)).counts.waiting, expected.length - reached.length),
  ])
  return leaver
}
