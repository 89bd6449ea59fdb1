import * as z from 'zod'
import { errorMessage } from '../../kit/result.ts'
import type { Enqueued } from '../../mailbox/queued-mails.ts'
import { mayTry, type NewSkips, skipAfter, type TellOutcome } from './skipped-mail.ts'
import type { SkippedMails } from './skipped-mails.ts'

/** A try that was begun. It is deleted at its end, so one that is found was interrupted. */
const begun = z.object({ at: z.number(), people: z.array(z.string()) })

/** One page of a loop over people. `loop` names it, `people` are fingerprints of mailboxes, `now` is in epoch ms. */
type TellPage = {
  loop: string
  people: readonly string[]
  now: number
  /** Tells one person. A throw concerns only them, and may come after the mail was queued. */
  tell(person: string): Promise<TellOutcome>
  /** Stores that a person is done or skipped, in one transaction with the skip. */
  settle?(person: string, outcome: TellOutcome | 'given-up'): void
}

/**
 * Tells each person of a page, one after the other. Nobody is delayed by another: who cannot be told is stored as skipped. That a
 * person was told rests on what `settle` stores. A try that was interrupted or had no answer is repeated only while the mailbox queue
 * surely remembers the mail, so nobody is told twice.
 */
export async function tellEach(skipped: SkippedMails, page: TellPage): Promise<NewSkips> {
  const { loop, people, now } = page
  if (people.length === 0) return {}
  const entry = skipped.db.entry(`telling/${loop}`, begun)
  const interrupted = entry.get()
  const firstTryOf = (person: string): number | null => {
    const tried = [
      skipped.find(loop, person)?.firstTryAt ?? null,
      interrupted?.people.includes(person) ? interrupted.at : null,
    ]
    const times = tried.filter((at) => at !== null)
    return times.length === 0 ? null : Math.min(...times)
  }
  const firstTries = new Map(people.map((person) => [person, firstTryOf(person)]))
  entry.put({ at: Math.min(now, ...[...firstTries.values()].filter((at) => at !== null)), people: [...people] })
  const fresh: NewSkips = {}
  for (const person of people) {
    const firstTryAt = firstTries.get(person) ?? null
    const outcome = mayTry(firstTryAt, now) ? await outcomeOf(page, person) : 'given-up'
    skipped.db.transaction(() => {
      const before = skipped.find(loop, person)?.reason
      const skip = skipAfter(outcome, firstTryAt, now)
      if (skip === null) skipped.drop(loop, person)
      else {
        skipped.put(loop, person, skip)
        if (before !== skip.reason) fresh[skip.reason] = (fresh[skip.reason] ?? 0) + 1
      }
      page.settle?.(person, outcome)
    })
  }
  entry.delete()
  return fresh
}

async function outcomeOf({ loop, tell }: TellPage, person: string): Promise<TellOutcome> {
  try {
    return await tell(person)
  } catch (error) {
    console.error('not told', loop, errorMessage(error))
    return 'unanswered'
  }
}

/** Stores the people of a new loop as waiting, in place of those of an earlier loop of this name. To be called in a transaction. */
export function beginLoop(skipped: SkippedMails, loop: string, people: readonly string[], now: number): void {
  skipped.dropLoop(loop)
  skipped.db.entry(`telling/${loop}`, begun).delete()
  for (const person of people) skipped.put(loop, person, { reason: 'waiting', firstTryAt: null, dueAt: now })
}

/** What the mailbox queue's answer means for the person. */
export const toTellOutcome = (enqueued: Enqueued): TellOutcome => (enqueued === 'full' ? 'full' : 'told')
