import type { Schemas } from '../client.ts'
import { bothClocks } from '../moment.ts'
import { pauseWords } from './pause-words.ts'

type Counted = Schemas['Counts']
type Shown = Schemas['Dispatch']

const BAR = 30
const bar = (done: number, of: number): string => {
  const filled = of === 0 ? 0 : Math.round((done / of) * BAR)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`
}

/** States in which a dispatch waits for its time or an approval. */
const isToCome = (state: Shown['state']): boolean => state === 'scheduled' || state === 'awaiting-approval'

/** How many people a dispatch has come to, as `34 of 142`; before it has planned, when it starts. */
function reachOf({ state, sendAt, counts: { planned, waiting, accepted } }: Shown): string {
  if (isToCome(state) && sendAt !== undefined) return `starts at ${bothClocks(sendAt)}`
  if (state === 'cancelled') return planned === 0 ? 'nobody has it' : `${accepted} of ${planned} have it`
  if (planned > 0 || state === 'finished') return `${planned - waiting} of ${planned}`
  return state === 'planning' || state === 'running' ? 'counting the people' : 'nobody has it yet'
}

/** How far a dispatch is: `running: 34 of 142 [#######.......]`. */
export function progressOf(dispatch: Shown): string {
  const { planned, waiting } = dispatch.counts
  const drawn = planned === 0 || dispatch.state === 'cancelled' ? '' : ` ${bar(planned - waiting, planned)}`
  return `${dispatch.state}: ${reachOf(dispatch)}${drawn}`
}

/** A dispatch in one line of a list. */
export function lineOf(dispatch: Shown): string {
  const { id, state, campaign, email, updateId, dryRun, practice, createdAt } = dispatch
  const what = [email, updateId].filter(Boolean).join(' ')
  const kind = dryRun ? ', dry run' : practice ? ', practice' : ''
  return `${id}  ${state.padEnd(17)} ${createdAt.slice(0, 16)}Z  ${campaign}, ${what}: ${reachOf(dispatch)}${kind}`
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
    ...(dispatch.counts.planned > 0 || dispatch.state === 'finished'
      ? [`  all  ${formatCounts(dispatch.counts) || 'no people'}`]
      : []),
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
  holdAfter,
}: Shown): string[] {
  const dryRun = isCount || practice // nobody was reached, so nothing follows
  const steps: Array<string | false | undefined> = [
    state === 'paused' && paused && pauseWords({ id, paused, holdAfter }),
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
    state === 'cancelled' && !dryRun && afterCancel({ id, email, counts }),
  ]
  return steps.filter((step) => typeof step === 'string')
}

/** How to reach those whom a cancelled dispatch has not. Undefined if it has reached nobody: then the same command does. */
function afterCancel({ id, email, counts }: Pick<Shown, 'id' | 'email' | 'counts'>): string | undefined {
  if (counts.accepted + counts.uncertain === 0) return undefined
  return email === 'correction'
    ? 'To reach the others, repeat the command: nobody gets a correction twice.'
    : `To reach the others, repeat the command with --not-reached-by ${id}.`
}
