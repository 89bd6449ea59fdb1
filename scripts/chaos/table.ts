import type { Round } from './round.ts'
import type { TargetName } from './targets.ts'

export type Played = { target: TargetName; number: number; people: number; round: Round }

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** A round as it is told when it is over. */
export function lineOf({ target, number, people, round }: Played): string {
  const { verdict, end, resolved } = round
  const faults = Object.entries(round.faults).map(([name, times]) => `${name} ×${times}`)
  const uncertain =
    verdict.uncertain.batches === 0
      ? 'none uncertain'
      : `${count(verdict.uncertain.batches, 'batch', 'batches')} uncertain (${count(verdict.uncertain.people, 'person', 'people')}): ${
          resolved.countAsSent
        } counted as sent, ${resolved.sendAgain} sent again, then lost ${end.lost}, doubled ${end.doubled}`
  return `${target.padEnd(8)} round ${String(number).padStart(2)}: ${count(people, 'person', 'people')}, ${count(round.kills, 'kill')} (${
    round.amid
  } amid the mails), ${count(round.calls, 'call')}, faults: ${faults.join(', ') || 'none'}; lost ${verdict.lost}, doubled ${
    verdict.doubled
  }, ${uncertain}; ${round.seconds.toFixed(0)} s`
}

/** All rounds by transport, as a Markdown table. */
export function tableOf(played: readonly Played[]): string {
  const rows = [...Map.groupBy(played, ({ target }) => target)].map(([target, rounds]) => {
    const sum = (of: (round: Round) => number) => rounds.reduce((total, { round }) => total + of(round), 0)
    const faults = sum((round) => Object.values(round.faults).reduce((total, times) => total + times, 0))
    return [
      target,
      rounds.length,
      rounds.reduce((total, { people }) => total + people, 0),
      sum((round) => round.kills),
      faults,
      sum((round) => round.verdict.lost + round.end.lost),
      sum((round) => round.verdict.doubled + round.end.doubled),
      sum((round) => round.verdict.uncertain.batches),
      sum((round) => round.resolved.countAsSent),
      sum((round) => round.resolved.sendAgain),
    ]
  })
  const head = ['transport', 'rounds', 'people', 'kills', 'faults', 'lost', 'doubled', 'uncertain batches']
  return [[...head, 'counted as sent', 'sent again'], head.concat('', '').map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |`)
    .join('\n')
}
