import * as z from 'zod'

/** Why a dispatch is paused: `kind` is a fixed word for programs, `detail` a sentence for the organiser. */
export const pauseReason = z.object({ kind: z.string(), detail: z.string() })
export type PauseReason = z.infer<typeof pauseReason>

/** The reason while everything that sends is stopped. */
export const EVERYTHING_STOPPED: PauseReason = {
  kind: 'stopped',
  detail: 'everything that sends was stopped: POST /api/go-on goes on',
}
/** The kind of pause after the number of people that an organiser asked for. */
export const HELD_AFTER = 'hold-after'
