import * as z from 'zod'

/** Why a dispatch is paused, in a word for machines and a sentence for its organiser. */
export const pauseReason = z.object({ kind: z.string(), detail: z.string() })
export type PauseReason = z.infer<typeof pauseReason>
