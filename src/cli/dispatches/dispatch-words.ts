import type { Schemas } from '../client.ts'
import { bothClocks } from '../moment.ts'

type Counted = Schemas['Counts']
type Shown = Schemas['Dispatch']

const BAR = 30
const bar = (done: number, of: number): string => {
  const filled = of === 0 ? 0 : Math.round((done / of) * BAR)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`
}

/** How far a dispatch is: `running: 34 of 142 [#######.......]`. */
export const progressOf = ({ state, counts: { planned, waiting } }: Shown): string =>
  `${state}: ${planned - waiting} of ${planned} ${bar(planned - waiting, planned)}`

/** A dispatch in one line of a list. */
export function lineOf({ id, state, campaign, email, updateId, dryRun, practice, counts, createdAt }: Shown): string {
  const what = [email, updateId].filter(Boolean).join(' ')
  const done = `${counts.planned - counts.waiting} of ${counts.planned}`
  const kind = dryRun ? ', dry run' : practice ? ', practice' : ''
  return `${id}  ${state.padEnd(17)} ${createdAt.slice(0, 16)}Z  ${campaign}, ${what}: ${done}${kind}`
}

/** Counts by language and in all, and what to do next, as lines. */
export function reportOf(dispatch: Shown): string[] {
  const formatCounts = (counts: Counted) =>
    (['accepted', 'refused', 'suppressed', 'uncertain', 'cancelled', 'waiting'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${counts[name]} ${dispatch.dryRun && name === 'cancelled' ? 'counted, none sent' : name}`)
      .join(', ')
  const perLocale = Object.entries(dispatch.perLocale).sort()
  return [
    ...perLocale.map(([locale, counts]) => `  ${locale.padEnd(4)} ${formatCounts(counts)}`),
    `  all  ${formatCounts(dispatch.counts) || 'no people'}`,
    ...nextSteps(dispatch),
  ]
}

/** What holds a dispatch up, and the commands that go on from here. */
function nextSteps({
  id,
  email,
  state,
  dryRun: isCount,
  practice,
  sendAt,
  counts,
  paused,
  waiting,
  fallback,
  followUpAfter,
}: Shown): string[] {
  const dryRun = isCount || practice // nobody was reached, so nothing follows
  const steps: Array<string | false | undefined> = [
    state === 'paused' && `Paused: ${paused?.detail}. To go on: npm run tocsin -- resume ${id}`,
    waiting && `Waiting until ${waiting.until}: ${waiting.reason}.`,
    fallback && `Sending by ${fallback.transport} instead: ${fallback.reason}.`,
    state === 'finished' &&
      !dryRun &&
      email !== 'correction' &&
      followUpAfter !== undefined &&
      `To reach people who join later, repeat the command with --confirmed-after ${followUpAfter}.`,
    state === 'scheduled' &&
      sendAt !== undefined &&
      `The dispatch starts at ${bothClocks(sendAt)}. To take it back: npm run tocsin -- unschedule ${id}`,
    state === 'awaiting-approval' && `A second organiser has to approve the dispatch: npm run tocsin -- approve ${id}`,
    counts.uncertain > 0 &&
      `It is not known whether ${counts.uncertain} people got the mail. To decide: npm run tocsin -- resolve ${id}`,
    state === 'cancelled' && !dryRun && `To reach the others, repeat the command with --not-reached-by ${id}.`,
  ]
  return steps.filter((step) => typeof step === 'string')
}
