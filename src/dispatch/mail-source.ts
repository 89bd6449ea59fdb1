import type { PauseReason } from '../delivery/pause-reason.ts'
import type { Settings } from '../env.ts'
import type { Result } from '../kit/result.ts'
import type { MailSnapshot } from './lane/lane-task.ts'

/** Content that can be sent: an e-mail of a campaign. A dispatch knows its content only by this. */
export type MailSource = {
  /** Names what a person gets once (`appealKey`). */
  id: string
  revision: string
  /** The languages it can be sent in. */
  locales: readonly string[]
  /** The facts a person has looked at when they start or resume a dispatch, as text that only the source reads. */
  terms: string
  /** Everything the lanes use, as it is at `now` (epoch ms). */
  snapshot(content: KVNamespace, settings: Settings, now: number): Promise<Result<MailSnapshot, PauseReason>>
  /** Why it may not be sent at `now` (epoch ms). With the terms of a snapshot, also why that snapshot may no longer be sent. */
  preconditions(now: number, snapshotTerms?: string): PauseReason | null
  /** Why a dispatch that was looked at with these terms has to stop until a person has looked again. */
  changedSince(terms: string): PauseReason | null
  /** Why there is no such e-mail in it, though it may be asked for. */
  missingPart(): MissingPart | null
}

/** An e-mail that the source does not have. */
export type MissingPart = { kind: 'no-such-update'; known: string[] } | { kind: 'update-not-asked' }
