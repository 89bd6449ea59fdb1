import type { PauseReason } from './pause-reason.ts'
import type { MeteredTransport } from './quota/metered-transport.ts'
import type { SuspectedRefusals } from './refusals/suspected-refusals.ts'

/** What the send loop needs from its surroundings. Each function may fail; none of them decides about a batch. */
export type SendWorld = {
  now(): number
  random(): number
  sleep(milliseconds: number): Promise<void>
  /** False after a pause or cancel, or when the slice's budget is used up. Read before every call, with no await between (I5). */
  mayGoOn(): boolean
  /** Why no mail of this campaign may be sent now, or null. */
  blockedBy(): PauseReason | null
  /** How many more people may be handed over before the dispatch pauses. Without it there is no limit. */
  room?: (() => number) | undefined
  /** The main transport first, then its fallback. */
  transports: readonly MeteredTransport[]
  /** Kept by the caller from slice to slice. */
  suspected: SuspectedRefusals
}

/** Why a slice of sending ended. `at` in epoch ms. */
export type SliceEnd =
  | { kind: 'done' } // no person waits
  | { kind: 'held' } // paused, cancelled, or the slice is over
  | { kind: 'later'; at: number } // no batch is due before `at`
  | { kind: 'stopped'; reason: PauseReason } // an organiser has to act first
