import type { PauseReason } from '../pause-reason.ts'
import type { AccountHold } from './account-quota.ts'
import { SILENT_CALLS } from './circuit-breaker.ts'

/** What an account does, told to organisers: what is the matter, and what they can do, or that they need do nothing. */

type HoldBecause<Why> = Extract<AccountHold, { why: Why }>

const ADVICE: Readonly<Record<string, string>> = {
  unauthorised: 'put its settings right, then resume',
  quota: 'resume when the account has mails again, or take a larger plan',
  'sender-not-verified': 'have the sender verified there, then resume',
  'not-for-bulk': 'name another BULK_TRANSPORT, then resume',
}

/** Why a dispatch pauses whose transports all refuse the account; null when none of them does. */
export function refusalPauseReason(holds: ReadonlyArray<AccountHold & { name: string }>): PauseReason | null {
  const refused = holds.filter((hold): hold is HoldBecause<'refused'> & { name: string } => hold.why === 'refused')
  const [first] = refused
  if (first === undefined) return null
  const sentences = refused.map(({ name, reason, detail }) => {
    const advice = ADVICE[reason]
    return `${name} refuses the account: ${detail}${advice === undefined ? '' : `: ${advice}`}`
  })
  return {
    kind: first.reason,
    detail: `${sentences.join('; ')} (GET /healthz?deep tells whether it would take mail now)`,
  }
}

/** Why nothing leaves by this transport at present. Whoever reads it is also told until when. */
export function describeHold(name: string, hold: AccountHold): string {
  switch (hold.why) {
    case 'day': {
      const of = hold.warmUpDay === undefined ? 'a day' : `on day ${hold.warmUpDay} of a new domain`
      const kept = hold.mails - hold.forBulk
      return `${name} may send ${hold.mails} mails ${of}, ${kept} of them kept for confirmations: today’s are used up`
    }
    case 'slowed':
      return `${name} has asked for fewer calls`
    case 'rate':
      return `${name} is given as many calls as its account or this dispatch may make`
    case 'silent':
      return `${name} gave no answer to ${SILENT_CALLS} calls in a row (${hold.detail}): one call at a time tries whether it is back`
    case 'refused':
      return `${name} refuses the account: ${hold.detail}: it is tried again by itself`
  }
}
