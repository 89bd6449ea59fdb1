import type { RaisedNotice } from '../../notices/notice-table.ts'
import { ACCOUNT_REASONS, type Outcome } from '../../transports/transport.ts'
import type { CallReport } from './account-quota.ts'

/** A call that was made: `charged` people on `day`, the id of its probe if it was one, and whether there is a fallback transport. */
type CompletedCall = { charged: number; day: number; probe?: number; hasFallback: boolean }

/** What organisers must know of an answer: the provider refuses the account of this transport. Null if it does not. */
export function noticeOfRefusal(transport: string, answer: Outcome | Outcome[]): RaisedNotice | null {
  const outcomes = [answer].flat()
  if (outcomes.some(({ kind }) => kind === 'accepted')) return null
  const refused = outcomes.find((one) => one.kind === 'refused' && ACCOUNT_REASONS.has(one.reason))
  return refused?.kind === 'refused' ? { kind: 'account-refused', subject: transport, detail: refused.reason } : null
}

/**
 * What an answer shows about the account. A rate-limited answer (429) slows the account down. Only missing answers and `unavailable` open
 * the breaker; a definite refusal is an answer.
 */
export function toCallReports(
  answer: Outcome | Outcome[],
  { charged, day, probe, hasFallback }: CompletedCall,
): CallReport[] {
  const outcomes = [answer].flat()
  const reports: CallReport[] = []
  const named = probe === undefined ? {} : { probe }
  const refused = outcomes.filter((outcome) => outcome.kind === 'refused')

  const account = refused.find(({ reason }) => ACCOUNT_REASONS.has(reason))
  const silent = outcomes.every(
    (one) => one.kind === 'unknown' || (one.kind === 'refused' && one.reason === 'unavailable'),
  )
  if (account !== undefined && hasFallback) {
    const { reason, detail = reason } = account
    reports.push({ kind: 'failed', cause: { why: 'refused', reason, detail }, ...named })
  } else if (silent) {
    const [first] = outcomes
    const detail = first === undefined || first.kind === 'accepted' ? 'an empty answer' : first.reason
    reports.push({ kind: 'failed', cause: { why: 'silent', detail }, ...named })
  } else reports.push({ kind: 'answered', ...named })

  const slowing = refused.filter(
    ({ reason, retryAfterSeconds }) =>
      reason === 'rate-limited' || (reason === 'unavailable' && retryAfterSeconds !== undefined),
  )
  if (slowing.length > 0) {
    const forSeconds = Math.max(...slowing.map(({ retryAfterSeconds }) => retryAfterSeconds ?? 0))
    reports.push(forSeconds > 0 ? { kind: 'slow-down', forSeconds } : { kind: 'slow-down' })
  }

  const returned = Array.isArray(answer) ? Math.min(charged, refused.length) : refused.length > 0 ? charged : 0
  if (returned > 0) reports.push({ kind: 'returned', people: returned, day })
  return reports
}
