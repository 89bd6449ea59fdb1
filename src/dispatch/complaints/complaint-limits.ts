import * as z from 'zod'
import type { PauseReason } from '../../delivery/pause-reason.ts'

/** How many people's mails a provider accepted, and how many of these bounced or were complained about. */
export const deliverySampleSchema = z.object({ accepted: z.int(), bounced: z.int(), complained: z.int() })
export type DeliverySample = z.infer<typeof deliverySampleSchema>

/** Share of spam complaints above which mailbox providers begin to refuse a sender (Google: stay below 0.10 %, never reach 0.30 %). */
const MAX_COMPLAINTS = 0.001
/** Share of bounces above which providers warn about an account or close it (Resend: 4 %; SES: review from 5 %). */
const MAX_BOUNCES = 0.04
/**
 * Fewest accepted mails from which a rate is computed. Fewer are one or two calls, and are sent before any event arrives. After a resume,
 * late events of earlier mails would otherwise count against the first few new ones.
 */
const MIN_ACCEPTED = 200
/** Fewest complaints that pause. At a harmless 0.05 %, 1,000 people give three complaints once in 70 dispatches, but one in every third. */
const MIN_COMPLAINTS = 3
/** Fewest bounces that pause. A list with a harmless 2 % has ten among its first 200 people once in 100 dispatches. */
const MIN_BOUNCES = 10

export const emptySample = (): DeliverySample => ({ accepted: 0, bounced: 0, complained: 0 })

export const sumSamples = (samples: readonly DeliverySample[]): DeliverySample =>
  samples.reduce(
    (sum, one) => ({
      accepted: sum.accepted + one.accepted,
      bounced: sum.bounced + one.bounced,
      complained: sum.complained + one.complained,
    }),
    emptySample(),
  )

/** The reason to pause a dispatch, or null. `baseline` is the sample when an organiser last resumed; its events no longer count. */
export function excessReason(sample: DeliverySample, baseline: DeliverySample): PauseReason | null {
  const accepted = sample.accepted - baseline.accepted
  if (accepted < MIN_ACCEPTED) return null
  const complained = sample.complained - baseline.complained
  if (complained >= MIN_COMPLAINTS && complained > accepted * MAX_COMPLAINTS) {
    return {
      kind: 'complaint-rate',
      detail:
        `${share(complained, accepted)} reported this mail as spam; above ${percent(MAX_COMPLAINTS)} mailbox providers begin to refuse a ` +
        'sender. These people get no further mail. Check where these addresses came from and whether the people know you. If not, ' +
        'cancel and request a dispatch to a narrower audience; else resume',
    }
  }
  const bounced = sample.bounced - baseline.bounced
  if (bounced >= MIN_BOUNCES && bounced > accepted * MAX_BOUNCES) {
    return {
      kind: 'bounce-rate',
      detail:
        `the mails of ${share(bounced, accepted)} came back; above ${percent(MAX_BOUNCES)} providers close accounts. Addresses that do ` +
        'not exist get no further mail. Find the cause at your provider: old addresses (confirm the list again) or mails refused as spam ' +
        "(check your domain's DNS records); then resume",
    }
  }
  return null
}

const percent = (part: number): string => `${Number((part * 100).toFixed(2))} %`
const share = (people: number, of: number): string => `${people} of ${of} people (${percent(people / of)})`
