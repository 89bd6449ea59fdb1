import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'
import { LASTING_MARK_MS } from '../../mailbox/queued-mails.ts'

/**
 * Why a person of a loop has no mail yet. `waiting`: not tried. `unanswered`: something did not answer, so the mail may be queued.
 * `full`: the mailbox queue was full. `unreadable`: KEYRING lacks the key, or the row is damaged. `given-up`: no answer for a week.
 */
export const SKIP_REASONS = ['waiting', 'unanswered', 'full', 'unreadable', 'given-up'] as const
type SkipReason = (typeof SKIP_REASONS)[number]

/** What a try to tell one person came to. `left-out`: no mail is due to them any more. */
export type TellOutcome = 'told' | 'left-out' | 'unanswered' | 'full' | 'unreadable'

/** `firstTryAt`: the first try that may have queued the mail, or null when surely none has. `dueAt`: null for never. Epoch ms. */
export type Skip = { reason: SkipReason; firstTryAt: number | null; dueAt: number | null }

/** Milliseconds until somebody is tried again after a passing error. */
const AGAIN_MS = 15 * MINUTE_MS
/** Milliseconds until an unreadable row is tried again: its key may be back in KEYRING. */
const UNREADABLE_AGAIN_MS = 6 * HOUR_MS
/**
 * Milliseconds after the first try for which a repeated call surely queues no second mail: the mailbox queue remembers a lasting key
 * for longer, by an hour for clocks and calls under way.
 */
const SURE_MS = LASTING_MARK_MS - HOUR_MS

/** Whether a person may be tried: no earlier try may have queued a mail that the mailbox queue has forgotten. */
export const mayTry = (firstTryAt: number | null, now: number): boolean =>
  firstTryAt === null || now < firstTryAt + SURE_MS

/** How a person is skipped after a try, or null when nothing is left to do. `firstTryAt`: of an earlier try. */
export function skipAfter(outcome: TellOutcome | 'given-up', firstTryAt: number | null, now: number): Skip | null {
  switch (outcome) {
    case 'told':
    case 'left-out':
      return null
    case 'unanswered':
      return { reason: 'unanswered', firstTryAt: firstTryAt ?? now, dueAt: now + AGAIN_MS }
    case 'full': // the queue would have known the key of an earlier try
      return { reason: 'full', firstTryAt: null, dueAt: now + AGAIN_MS }
    case 'unreadable':
      return { reason: 'unreadable', firstTryAt, dueAt: now + UNREADABLE_AGAIN_MS }
    case 'given-up':
      return { reason: 'given-up', firstTryAt, dueAt: null }
  }
}

/** New skips by reason. A person who was skipped for the same reason before is not new. */
export type NewSkips = Partial<Record<SkipReason, number>>

/** The skips of a page as a notice counts and words them; null when there are none. */
export function describeSkips(fresh: NewSkips): { count: number; detail: string } | null {
  const some = SKIP_REASONS.flatMap((reason) => (fresh[reason] === undefined ? [] : [[reason, fresh[reason]] as const]))
  if (some.length === 0) return null
  return {
    count: some.reduce((sum, [, n]) => sum + n, 0),
    detail: some.map(([reason, n]) => `${n} ${reason}`).join(', '),
  }
}

/** People of a loop without a mail: those who will be tried again soon, those whose row does not open, and those given up. */
export type SkipCounts = { postponed: number; unreadable: number; givenUp: number }
