import type { Round } from './round.ts'
import type { TargetName } from './targets.ts'

/** Results that rounds of dispatches and of letters have in common. */
export type RoundResult = {
  verdict: { faults: string[] } // when the work first ended
  end: { faults: string[] } // after all decisions
  kills: number
  amid: number // kills between the first mail or letter and the last
  calls: number // calls to the provider
  faults: Record<string, number>
  seconds: number
}

export type Played<R extends RoundResult = Round> = { target: TargetName; number: number; people: number; round: R }

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** One line on the terminal for a finished round of dispatches. */
export function lineOf(played: Played): string {
  const { verdict, end, resolved } = played.round
  const uncertain =
    verdict.uncertain.batches === 0
      ? 'none uncertain'
      : `${count(verdict.uncertain.batches, 'batch', 'batches')} uncertain (${count(verdict.uncertain.people, 'person', 'people')}): ${
          resolved.countAsSent
        } counted as sent, ${resolved.sendAgain} sent again, then lost ${end.lost}, doubled ${end.doubled}`
  const ended = `lost ${verdict.lost}, doubled ${verdict.doubled}, ${uncertain}`
  return roundLine(played, count(played.people, 'person', 'people'), 'mails', ended)
}

/** The parts of a round's line that dispatches and letters share. */
export function roundLine(
  { target, number, round }: Played<RoundResult>,
  who: string,
  what: string,
  ended: string,
): string {
  const { kills, amid, calls, seconds } = round
  const faults = Object.entries(round.faults).map(([name, times]) => `${name} ×${times}`)
  const disturbances = `${count(kills, 'kill')} (${amid} amid the ${what}), ${count(calls, 'call')}, faults: ${faults.join(', ') || 'none'}`
  return `${target.padEnd(8)} round ${String(number).padStart(2)}: ${who}, ${disturbances}; ${ended}; ${seconds.toFixed(0)} s`
}

/** All rounds of dispatches as a Markdown table, one row for each transport. */
export const tableOf = (played: readonly Played[]): string =>
  tabled(played, {
    lost: ({ round: { verdict, end } }) => verdict.lost + end.lost,
    doubled: ({ round: { verdict, end } }) => verdict.doubled + end.doubled,
    'uncertain batches': ({ round }) => round.verdict.uncertain.batches,
    'counted as sent': ({ round }) => round.resolved.countAsSent,
    'sent again': ({ round }) => round.resolved.sendAgain,
  })

/** A Markdown table with the sums of all rounds, one row for each transport. `ended`: the last columns, by heading. */
export function tabled<R extends RoundResult>(
  played: ReadonlyArray<Played<R>>,
  ended: Record<string, (one: Played<R>) => number>,
): string {
  const columns: Record<string, (one: Played<R>) => number> = {
    rounds: () => 1,
    people: ({ people }) => people,
    kills: ({ round }) => round.kills,
    faults: ({ round }) => Object.values(round.faults).reduce((total, times) => total + times, 0),
    ...ended,
  }
  const rows = [...Map.groupBy(played, ({ target }) => target)].map(([target, rounds]) => [
    target,
    ...Object.values(columns).map((of) => rounds.reduce((total, one) => total + of(one), 0)),
  ])
  const head = ['transport', ...Object.keys(columns)]
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |`)
    .join('\n')
}
