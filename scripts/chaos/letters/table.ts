import { count, type Played, roundLine, tabled } from '../table.ts'
import { DESKS } from './campaign.ts'
import type { LetterRound } from './round.ts'

/** One line on the terminal for a finished round of letters. */
export function lineOf({ people, round, ...played }: Played<LetterRound>): string {
  const { verdict, resolved, end } = round
  const uncertain =
    verdict.uncertain === 0
      ? 'none uncertain'
      : [
          `${verdict.uncertain} uncertain: ${resolved.countAsSent} counted as sent`,
          `${resolved.sendAgain} sent again`,
          `then lost ${end.lost}`,
          `doubled ${end.doubled}`,
        ].join(', ')
  const letters = `${count(people, 'writer')}, ${count(people * DESKS.length, 'letter')}`
  return roundLine(
    { ...played, people, round },
    letters,
    'letters',
    `lost ${verdict.lost}, doubled ${verdict.doubled}, ${uncertain}`,
  )
}

/** All rounds of letters as a Markdown table, one row for each transport. */
export const tableOf = (played: ReadonlyArray<Played<LetterRound>>): string =>
  tabled(played, {
    letters: ({ people }) => people * DESKS.length,
    lost: ({ round: { verdict, end } }) => verdict.lost + end.lost,
    doubled: ({ round: { verdict, end } }) => verdict.doubled + end.doubled,
    uncertain: ({ round }) => round.verdict.uncertain,
    'counted as sent': ({ round }) => round.resolved.countAsSent,
    'sent again': ({ round }) => round.resolved.sendAgain,
  })
