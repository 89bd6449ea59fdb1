import * as z from 'zod'

/** Why a dispatch is paused: `kind` is a fixed word for programs, `detail` a sentence for the organiser. */
export const pauseReason = z.object({ kind: z.string(), detail: z.string() })
export type PauseReason = z.infer<typeof pauseReason>

/** The reason while everything that sends is stopped. */
export const EVERYTHING_STOPPED: PauseReason = {
  kind: 'stopped',
  detail: 'everything that sends was stopped; to go on: npm run tocsin -- go-on',
}
/** The reason of the pause after so many people as the request's `holdAfter` says. */
export const HELD_AFTER: PauseReason = {
  kind: 'hold-after',
  detail: 'the first people, as many as were asked for, were handed over: look at their mails, then resume or cancel',
}
