import { practiceOutboxOf } from '../../objects.ts'
import { outbox } from '../../transports/drivers/outbox.ts'
import type { Transport } from '../../transports/transport.ts'

/** The ids of practices begin so: a link in one of its mails then says by itself that it must change nothing. */
const PREFIX = 'practice-'

export const practiceId = (id: string): string => PREFIX + id
export const isPracticeId = (id: string): boolean => id.startsWith(PREFIX)

/** People per call of a practice: few, so that the few readers need several calls, as a real list does. */
const PRACTICE_BATCH = 3

export const practiceBatch = (ratePerMinute: number | undefined): number =>
  Math.min(PRACTICE_BATCH, ratePerMinute ?? PRACTICE_BATCH)

/** The only transport of a practice: it stores each mail in an object of its own for a day, whatever BULK_TRANSPORT is. */
export const practiceTransport = (env: Env, id: string): Transport =>
  outbox((key, body) => practiceOutboxOf(env, id).keepForADay(key, new Blob([body]).stream()))
