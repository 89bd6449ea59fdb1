import * as z from 'zod'
import { DAY_MS, HOUR_MS } from '../../kit/durations.ts'

// Mails that a stranger can ask for by typing an address: confirmations of sign-ups, letters and submissions, and links to own data.

/** Such mails that one mailbox can get at once: a person who tries a few forms, or does not find the first mail. */
export const BUCKET_MAILS = 4
/** Milliseconds in which the bucket gets one mail back. */
export const REFILL_MS = HOUR_MS
/** Most such mails to one mailbox within any 24 hours, whatever its owner presses. */
export const DAY_MAILS = 8

/** A request whose link nobody has used. `digest` is a keyed hash of its content, `key` names its latest mail. */
const unanswered = z.object({
  digest: z.string(),
  key: z.string(),
  issuedAt: z.number(), // epoch ms
  keyId: z.string(), // of the key that seals the link
  ref: z.string().optional(), // what the link leads to, such as a draft
})
export type UnansweredLink = z.infer<typeof unanswered>

/** What a mailbox got lately. No address and no content. Times in epoch ms. */
export const allowanceSchema = z.object({
  sent: z.array(z.number()), // within the last day, oldest first
  filledAt: z.number(), // when its owner last acted; 0 if not lately
  links: z.array(unanswered),
})
export type Allowance = z.infer<typeof allowanceSchema>

export const NOTHING_ASKED: Allowance = { sent: [], filledAt: 0, links: [] }

/** A request for a mail. `content` is undefined for mails that are made afresh each time. */
type Ask = { key: string; content?: { digest: string; keyId: string; ref?: string | undefined } | undefined }

/**
 * `send`: one mail, with this link. `repeat`: one mail, with the link of an equal request that nobody has answered.
 * `waiting`: the mail of an equal request has not left yet. `refused`: the mailbox has got enough. `link` is null for mails made afresh.
 */
type AskDecision = {
  kind: 'send' | 'repeat' | 'waiting' | 'refused'
  allowance: Allowance
  link: UnansweredLink | null
}

/** Decides about a request at `now`. `isWaiting` says whether the mail of this key has not left yet. */
export function decideAsk(before: Allowance, ask: Ask, isWaiting: (key: string) => boolean, now: number): AskDecision {
  const allowance = recent(before, now)
  const known = ask.content && allowance.links.find(({ digest }) => digest === ask.content?.digest)
  const link = ask.content === undefined ? null : { issuedAt: now, ...ask.content, ...known, key: ask.key }
  if (known !== undefined && isWaiting(known.key)) return { kind: 'waiting', allowance, link }
  if (allowance.sent.length >= DAY_MAILS || levelAt(allowance, now) < 1) return { kind: 'refused', allowance, link }
  const links = link === null ? allowance.links : [...allowance.links.filter((one) => one !== known), link]
  const sent = [...allowance.sent, now].sort((a, b) => a - b)
  return { kind: known === undefined ? 'send' : 'repeat', allowance: { ...allowance, sent, links }, link }
}

/** The allowance after the mailbox's owner has pressed a button or left: a full bucket, and no link is repeated. */
export const filled = (allowance: Allowance, now: number): Allowance => ({
  ...recent(allowance, now),
  filledAt: now,
  links: [],
})

/** When nothing of the allowance matters any more (epoch ms). */
export const allowanceEnds = ({ sent }: Allowance): number => Math.max(0, ...sent) + DAY_MS

/** Mails in the bucket at `now`. */
function levelAt({ sent, filledAt }: Allowance, now: number): number {
  let [level, at] = [BUCKET_MAILS, filledAt]
  const refill = (until: number) => Math.min(BUCKET_MAILS, level + Math.max(0, until - at) / REFILL_MS)
  for (const time of sent) {
    if (time < filledAt) continue
    level = refill(time) - 1
    at = time
  }
  return refill(now)
}

const recent = ({ sent, filledAt, links }: Allowance, now: number): Allowance => ({
  sent: sent.filter((at) => at > now - DAY_MS),
  filledAt,
  links: links.filter(({ issuedAt }) => issuedAt > now - DAY_MS),
})

/** Milliseconds between a request and the work on its mail, which depends on its reader: the next request must not feel that work. */
export const WORK_AFTER_MS = 400
