import type { PauseReason } from '../pause-reason.ts'
import type { AccountHold } from './account-quota.ts'
import { SILENT_CALLS } from './circuit-breaker.ts'

type HoldBecause<Why> = Extract<AccountHold, { why: Why }>

/** What an organiser can do about a refused account, by the reason of the refusal. */
const ADVICE: Readonly<Record<string, string>> = {
  unauthorised: 'correct its settings, then resume',
  quota: 'resume when the account may send again, or upgrade its plan',
  'sender-not-verified': 'verify the sender at the provider, then resume',
  'not-for-bulk': 'set another BULK_TRANSPORT, then resume',
}

/** The reason to pause when accounts are refused, with advice for the organiser; null if none of `holds` is a refusal. */
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
    detail: `${sentences.join('; ')} (the deep health check shows whether the account accepts mail now)`,
  }
}

/** One sentence for organisers: why this transport sends no appeals at present. The end of the hold is shown elsewhere. */
export function describeHold(name: string, hold: AccountHold): string {
  switch (hold.why) {
    case 'day': {
      const of = hold.warmUpDay === undefined ? 'a day' : `on day ${hold.warmUpDay} of a new domain`
      const kept = hold.mails - hold.forBulk
      return `${name} may send ${hold.mails} mails ${of}, ${kept} of them kept for confirmations: today’s quota is used up`
    }
    case 'slowed':
      return `${name} asked for fewer calls`
    case 'rate':
      return `${name} has reached the call rate of its account or of this dispatch`
    case 'silent':
      return `${name} did not answer ${SILENT_CALLS} calls in a row (${hold.detail}): single calls test whether it works again`
    case 'refused':
      return `${name} refuses the account: ${hold.detail}: Tocsin tries it again by itself`
  }
}
