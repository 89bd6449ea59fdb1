/** The demonstration's second half: the appeal is counted, asked for, paused, and sent to its end. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Counts } from '../../src/delivery/counts.ts'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { readOutbox } from '../local/outbox.ts'
import { oneClick } from '../local/visitor.ts'
import { optOutOf } from './joining.ts'
import type { DemoPerson } from './people.ts'
import { differs, differsInMembers } from './report.ts'
import type { Stage } from './stage.ts'

/** Slow enough to pause between two languages: one leaves in each second. */
const RATE_PER_MINUTE = 600
const LOOK_EVERY_MS = 50
const END_WITHIN_MS = 30_000
/** Longer than the rate alone would hold the next batch back. */
const PAUSE_MS = 1_300

/** People per language, of those who are still on the list. */
export function perLocaleOf(people: readonly DemoPerson[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { locales } of people) sums[locales[0] ?? ''] = (sums[locales[0] ?? ''] ?? 0) + 1
  return sorted(sums)
}

const sorted = <T>(record: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(record).sort())
const planned = (view: DispatchView) => sorted(mapped(view.perLocale, (counts) => counts.planned))
const mapped = <T, U>(record: Record<string, T>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))

/** I3: the parts are the whole, in every language and in all of them together. */
export function unreconciled({ counts, perLocale }: DispatchView): string[] {
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
 * `expected` are those on the list. Answers with the person who left while it was paused, having been frozen into it and not yet
 * written to (I4).
 */
export async function sending(stage: Stage, expected: readonly DemoPerson[]): Promise<DemoPerson> {
  const { site, organiser, report, campaign } = stage
  const asked = { campaign: campaign.slug, revision: campaign.revision, email: 'appeal' }
  const appeals = async () =>
    (await readOutbox(site)).filter(({ headers, subject }) => headers['List-Id'] && !subject.startsWith('[Test]'))

  const looks: DispatchView[] = []
  const until = async (id: string, reached: (view: DispatchView) => boolean): Promise<DispatchView> => {
    for (const deadline = Date.now() + END_WITHIN_MS; ; await delay(LOOK_EVERY_MS)) {
      const view = await organiser.dispatchDetails(id)
      looks.push(view)
      if (reached(view) || Date.now() > deadline) return view
    }
  }
  const isOver = ({ state }: DispatchView) => state === 'finished' || state === 'cancelled'

  const dry = await organiser.dispatch({ ...asked, dryRun: true }, crypto.randomUUID())
  const counted = await until(dry.json.id, isOver)
  report.check(`A dry run counts ${expected.length} people, by language, and sends nothing.`, [
    ...differs('people', counted.counts.planned, expected.length),
    ...differs('by language', planned(counted), perLocaleOf(expected)),
    ...differs('mails', (await appeals()).length, 0),
  ])

  const key = crypto.randomUUID()
  const first = await organiser.dispatch({ ...asked, ratePerMinute: RATE_PER_MINUTE }, key)
  const { id } = first.json
  const again = await organiser.dispatch({ ...asked, ratePerMinute: RATE_PER_MINUTE }, key)
  report.check('The same request under the same Idempotency-Key is the same dispatch.', [
    ...differs('first', first.status, 201),
    ...differs('again', [again.status, again.json.id], [201, id]),
  ])
  const other = await organiser.dispatch(asked, crypto.randomUUID())
  report.check('Asked for a second time, the same appeal is refused: it would reach people twice.', [
    ...differs('answer', [other.status, other.json.dispatch], [409, id]),
  ])

  await until(id, ({ counts, state }) => counts.accepted > 0 || state === 'finished')
  const paused = await organiser.act(id, 'pause')
  const reached = await appeals()
  const leaver = expected.find(({ email }) => !reached.some(({ to }) => to === email))
  if (leaver === undefined) throw new Error('everybody was written to before the pause: there is nobody to leave in it')
  const left = await oneClick(await optOutOf(stage, leaver))
  await delay(PAUSE_MS)
  report.check(`Paused after ${reached.length} people, nothing more leaves, for as long as it is paused.`, [
    ...differs('state', [paused.status, paused.json.state], [200, 'paused']),
    ...differs('mails', (await appeals()).length, reached.length),
    ...differs('waiting', (await organiser.dispatchDetails(id)).counts.waiting, expected.length - reached.length),
  ])

  await organiser.act(id, 'resume')
  const view = await until(id, isOver)
  const rest = expected.filter((person) => person !== leaver)
  report.check(`Resumed, it goes to ${rest.length} people, and to nobody who has left, even in the pause (I4).`, [
    ...differs('answer to the leaver', left.status, 200),
    ...differs('state', view.state, 'finished'),
    ...differs('accepted', sorted(mapped(view.perLocale, ({ accepted }) => accepted)), perLocaleOf(rest)),
    ...differs('suppressed', view.counts.suppressed, 1),
    ...differsInMembers(
      'mails',
      (await appeals()).map(({ to }) => to),
      rest.map(({ email }) => email),
    ),
  ])
  report.check(`At each of ${looks.length} looks the counts added up, by language and together (I3).`, [
    ...looks.flatMap(unreconciled),
    ...differs('planned', planned(view), perLocaleOf(expected)),
  ])
  return leaver
}
