/** The tables of `npm run ration`, as Markdown. */

import { FREE_PLAN } from '../../../src/kit/platform/limits.ts'
import { type Counted, type Entry, noTally, RATIONS, sumOf, sumsBy, type Tally } from '../runtime/tally.ts'
import { type DailyNumber, type Exhaustion, sharesOf } from './exhaustion.ts'

/** Names of the rations in tables, in the order of `RATIONS`. */
const HEADINGS: Record<keyof Tally, string> = {
  workerRequests: 'Worker requests',
  kvReads: 'KV reads',
  kvWrites: 'KV writes',
  kvDeletes: 'KV deletes',
  kvLists: 'KV lists',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
  objectRequests: 'object requests',
  objectGbSeconds: 'object GB-seconds',
}

type Cell = string | number

export function table(headings: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A number as people read it: whole above ten, else with two digits that count. */
export const inWords = (n: number): string =>
  n >= 10 || n === 0 ? Math.round(n).toLocaleString('en') : String(Number(n.toPrecision(2)))

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

export const shareTable = (total: Tally): string =>
  table(
    ['ration of a day', 'used', 'limit', 'share', '30 such days, of what the paid plan includes'],
    sharesOf(total).map(({ ration, used, limit, share, monthShare }) => [
      HEADINGS[ration],
      inWords(used),
      inWords(limit),
      percent(share),
      percent(monthShare),
    ]),
  )

/** What each act cost, one time. */
export const actTable = (numbers: readonly DailyNumber[]): string =>
  table(
    ['act', 'times', ...RATIONS.map((ration) => HEADINGS[ration])],
    numbers.map(({ name, times, tally }) => [
      name,
      inWords(times),
      ...RATIONS.map((ration) => inWords(tally[ration] / times)),
    ]),
  )

/** Routes and alarms by what they use in sum, with the most subrequests of one invocation. */
export const routeTable = (entries: readonly Entry[]): string =>
  table(
    ['route or alarm', ...RATIONS.map((ration) => HEADINGS[ration]), 'most inside', 'most outside'],
    [...sumsBy(entries, 'route').values()]
      .sort((a, b) => weightOf(b.tally) - weightOf(a.tally))
      .map(({ route, tally, mostInside, mostOutside }) => [
        route,
        ...RATIONS.map((ration) => inWords(tally[ration])),
        mostInside,
        mostOutside,
      ]),
  )

/** The largest share of any ration that this uses. */
const weightOf = (tally: Tally): number => Math.max(...sharesOf(tally).map(({ share }) => share))

/** The three places in the code that use most of each ration that is used by more than `from`. */
export function heaviest({ entries }: Counted, total: Tally, from: number): string {
  const places = [...sumsBy(entries, 'at').values()]
  return sharesOf(total)
    .filter(({ share }) => share > from)
    .map(({ ration, used }) => {
      const most = places.sort((a, b) => b.tally[ration] - a.tally[ration]).slice(0, 3)
      const named = most.map(({ at, tally }) => `${at} ${percent(tally[ration] / used)}`)
      return `${HEADINGS[ration]}: ${named.join(', ')}`
    })
    .join('\n')
}

export const exhaustionTable = (found: readonly Exhaustion[]): string =>
  table(
    ['daily number', 'on this day', 'uses up a ration at', 'times as many', 'which ration'],
    found.map(({ name, times, at, ration }) => [
      name,
      inWords(times),
      inWords(at),
      (at / times).toFixed(1),
      HEADINGS[ration],
    ]),
  )

export const subrequestLine = (entries: readonly Entry[]): string => {
  const most = (name: 'mostInside' | 'mostOutside') =>
    entries.reduce((found, entry) => (entry[name] > found[name] ? entry : found), entries[0] ?? NONE)
  const [inside, outside] = [most('mostInside'), most('mostOutside')]
  return (
    `Most subrequests of one invocation: ${inside.mostInside} inside (${inside.at}; limit ${FREE_PLAN.insideSubrequests}), ` +
    `${outside.mostOutside} outside (${outside.at}; limit ${FREE_PLAN.outsideSubrequests}).`
  )
}

const NONE: Entry = { act: '', route: '', at: '', times: 0, mostInside: 0, mostOutside: 0, tally: noTally() }

export const totalOf = ({ entries }: Counted): Tally => sumOf(entries.map(({ tally }) => tally))
