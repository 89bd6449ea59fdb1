import { DAY_MS } from '../../kit/durations.ts'
import type { AddresseeKind } from './addressees.ts'

/** Milliseconds that a letter may wait for a turn of its own. With a longer wait it joins a digest, if the target takes digests. */
const LONGEST_ALONE_MS = 3 * DAY_MS

/** The facts that decide how a confirmed letter goes to one address. */
export type LetterFacts = {
  kind: AddresseeKind
  /** The writer has a letter to this address already. */
  isWritten: boolean
  /** Mail to this address is allowed: it is not stopped. */
  isOpen: boolean
  /** The letter can go as a mail of its own. */
  alone: boolean
  /** The letter can go as an entry of a digest. */
  among: boolean
  /** The addressee sees the letter already, in Cc of a mail to a target. */
  seesIt: boolean
  /** Milliseconds until the letter's turn as a mail of its own. */
  waitMs: number
}

/** `hold`: until the next digest. `cancel`: stored as cancelled, so that the writer's receipt mentions it. */
export type LetterDecision = 'skip' | 'hold' | 'send' | 'cancel'

/** Decides how a confirmed letter goes to one address. A writer has at most one letter per address. */
export function decideLetter({ kind, isWritten, isOpen, alone, among, seesIt, waitMs }: LetterFacts): LetterDecision {
  if (isWritten) return 'skip'
  const canGo = isOpen && (alone || among)
  if (!canGo && kind !== 'target') return 'skip' // receipts list letters to targets only
  if (seesIt) return 'skip'
  if (!canGo) return 'cancel'
  return among && (!alone || waitMs > LONGEST_ALONE_MS) ? 'hold' : 'send'
}
