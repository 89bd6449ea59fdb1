import * as z from 'zod'

/** Why a dispatch is paused: `kind` is a fixed word for programs, `detail` a sentence for the organiser. */
export const pauseReason = z.object({ kind: z.string(), detail: z.string() })
export type PauseReason = z.infer<typeof pauseReason>
