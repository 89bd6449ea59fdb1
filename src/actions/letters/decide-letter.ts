import { DAY_MS } from '../../kit/durations.ts'
import type { AddresseeKind } from './addressees.ts'

/** Milliseconds that a letter may wait for its turn to go alone; beyond it goes with others, where the target takes digests. */
const LONGEST_ALONE_MS = 3 * DAY_MS

/** What decides how a confirmed letter goes to one address. */
export type LetterFacts = {
  kind: AddresseeKind
  /** The same writer has a letter to this address already. */
  isWritten: boolean
  /** Mail still goes to this address. */
  isOpen: boolean
  /** It can go as a mail of its own. */
  alone: boolean
  /** It can go as an entry of a digest. */
  among: boolean
  /** The addressee sees this letter in Cc of one to a target. */
  seesIt: boolean
  /** Milliseconds until its turn, as a mail of its own. */
  waitMs: number
}

/** `hold`: for the next digest. `cancel`: it is stored as let go, so that its writer is told. */
export type LetterDecision = 'skip' | 'hold' | 'send' | 'cancel'

/** How a confirmed letter goes to one address. Nobody writes twice to an address. */
export function decideLetter({ kind, isWritten, isOpen, alone, among, seesIt, waitMs }: LetterFacts): LetterDecision {
  if (isWritten) return 'skip'
  const canGo = isOpen && (alone || among)
  if (!canGo && kind !== 'target') return 'skip' // its writer waits for no news of it
  if (seesIt) return 'skip'
  if (!canGo) return 'cancel'
  return among && (!alone || waitMs > LONGEST_ALONE_MS) ? 'hold' : 'send'
}
