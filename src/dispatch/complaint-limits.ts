import * as z from 'zod'
import type { PauseReason } from '../delivery/pause-reason.ts'

/** How many people a provider took mails for, and of how many it said what. */
export const deliverySampleSchema = z.object({ accepted: z.int(), bounced: z.int(), complained: z.int() })
export type DeliverySample = z.infer<typeof deliverySampleSchema>

/** Share of people reporting a mail as spam above which mailbox providers begin to refuse a sender (Google: 0.10 %, never 0.30 %). */
const MAX_COMPLAINTS = 0.001
/** Share of mails that come back above which providers warn or close an account (Resend: 4 %; SES: review from 5 %). */
const MAX_BOUNCES = 0.04
/**
 * People a rate is taken of, at the least. Fewer are a call or two, which have left before anybody can tell; and after somebody has
 * resumed, late events of earlier mails would be held against the first few new ones.
 */
const MIN_ACCEPTED = 200
/** Complaints that are no accident: at a harmless 0.05 %, three among 1,000 people come once in seventy dispatches, one in every third. */
const MIN_COMPLAINTS = 3
/** Bounces that are no accident: a list with a harmless 2 % has ten among its first 200 people once in a hundred dispatches. */
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

/** Why a dispatch has to stop, or null. `since` is what there was when a person last let it go on: that is forgiven. */
export function excessReason(sample: DeliverySample, since: DeliverySample): PauseReason | null {
  const accepted = sample.accepted - since.accepted
  if (accepted < MIN_ACCEPTED) return null
  const complained = sample.complained - since.complained
  if (complained >= MIN_COMPLAINTS && complained > accepted * MAX_COMPLAINTS) {
    return {
      kind: 'complaint-rate',
      detail: `${share(complained, accepted)} reported this mail as spam; above ${percent(MAX_COMPLAINTS)} mailbox providers begin to refuse a sender. They are not written to again. Find out where these people's addresses came from and whether they know you, narrow the audience or cancel; then resume`,
    }
  }
  const bounced = sample.bounced - since.bounced
  if (bounced >= MIN_BOUNCES && bounced > accepted * MAX_BOUNCES) {
    return {
      kind: 'bounce-rate',
      detail: `the mails of ${share(bounced, accepted)} came back; above ${percent(MAX_BOUNCES)} providers close accounts. Addresses that do not exist are not written to again. See at your provider why: old addresses (confirm the list anew) or mails refused as spam (look at your domain's DNS records); then resume`,
    }
  }
  return null
}

const percent = (part: number): string => `${Number((part * 100).toFixed(2))} %`
const share = (people: number, of: number): string => `${people} of ${of} people (${percent(people / of)})`
