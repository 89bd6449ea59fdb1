import { count, type Played, roundLine, tabled } from '../table.ts'
import type { CancelRound } from './round.ts'

/** One line on the terminal for a finished round of cancels. */
export function lineOf(played: Played<CancelRound>): string {
  const { verdict, end, resolved, dispatches, cancels } = played.round
  const uncertain = `${verdict.sent.length + verdict.unsent.length} batches uncertain`
  const decided = `${resolved.countAsSent} counted as sent, ${resolved.countAsNotSent} as not sent`
  const ended = `${count(dispatches, 'dispatch', 'dispatches')}, ${count(cancels, 'cancel')}; lost ${verdict.lost}, doubled ${
    verdict.doubled
  }, ${uncertain}: ${decided}, then lost ${end.lost}, doubled ${end.doubled}`
  return roundLine(played, count(played.people, 'person', 'people'), 'mails', ended)
}

/** All rounds of cancels as a Markdown table, one row for each transport. */
export const tableOf = (played: ReadonlyArray<Played<CancelRound>>): string =>
  tabled(played, {
    dispatches: ({ round }) => round.dispatches,
    cancels: ({ round }) => round.cancels,
    lost: ({ round: { verdict, end } }) => verdict.lost + end.lost,
    doubled: ({ round: { verdict, end } }) => verdict.doubled + end.doubled,
    'counted as sent': ({ round }) => round.resolved.countAsSent,
    'counted as not sent': ({ round }) => round.resolved.countAsNotSent,
  })
