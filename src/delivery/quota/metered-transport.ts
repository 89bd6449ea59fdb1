import { sha256, toHex } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { type Batch, type Call, limitsOf, type Outcome, type Transport } from '../../transports/transport.ts'
import type { AcquireRequest, AcquireResult, CallReport } from './account-quota.ts'
import { toCallReports } from './call-report.ts'

type QuotaClient = {
  acquire(request: AcquireRequest): Promise<AcquireResult>
  report(reports: readonly CallReport[]): Promise<void>
}

/** A transport that asks its account before each call; everything in it may fail. */
export type MeteredTransport = {
  transport: Transport
  name: string
  idempotencySeconds: number
  /** Leave for one call with so many mails; `again` when it repeats one that was never answered. */
  acquire(mails: number, again: boolean): Promise<AcquireResult>
  /** The bytes of a call. The hash has the account's with it: another account, or another address, knows nothing of the first call. */
  compose(mail: Batch): Promise<{ call: Call; hash: string }>
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
  /** Reports what would otherwise be lost, when no call follows. */
  flush(): Promise<void>
}

export type MeteringOptions = {
  transport: Transport
  quota: QuotaClient
  request: Pick<AcquireRequest, 'who' | 'dispatch'>
  hasFallback: boolean
  onCall(): void
}

/** Puts a transport behind its account's quota. What became of a call is reported with the next `acquire`: it costs no request of its own. */
export function meterTransport({ transport, quota, request, hasFallback, onCall }: MeteringOptions): MeteredTransport {
  const limits = limitsOf(transport)
  const hasDailyLimit = limits.mailsPerDay !== undefined || limits.warmUpSince !== undefined
  let unsentReports: CallReport[] = []
  let unusedPermit: { charged: number; day: number; probe?: number } | null = null // leave that no call has used yet

  const returnUnused = () => {
    if (unusedPermit?.probe !== undefined) unsentReports.push({ kind: 'unused', probe: unusedPermit.probe })
    if (hasDailyLimit && unusedPermit !== null && unusedPermit.charged > 0) {
      unsentReports.push({ kind: 'returned', people: unusedPermit.charged, day: unusedPermit.day })
    }
    unusedPermit = null
  }
  /** What cannot be told now is told later: nothing of it may stand between an answer and its record. */
  const sendReports = async () => {
    const reports = unsentReports
    unsentReports = []
    await quota.report(reports).catch(() => {
      unsentReports = [...reports, ...unsentReports]
    })
  }
  return {
    transport,
    name: transport.name,
    idempotencySeconds: transport.idempotencySeconds,

    async compose(mail) {
      const call = await transport.compose(mail)
      return { call, hash: `${toHex(await sha256(call.body))}/${await transport.account()}` }
    },

    async acquire(mails, again) {
      returnUnused()
      const charged = again ? 0 : mails // whoever is asked for again was counted the first time
      const { dispatch, ...who } = request
      const reports = unsentReports
      unsentReports = []
      try {
        const permit = await quota.acquire({
          limits,
          people: charged,
          use: 'bulk',
          ...who,
          ...(dispatch && !again && { dispatch }),
          reports: reports,
        })
        if (permit.go) unusedPermit = { charged, day: permit.day, ...defined({ probe: permit.probe }) }
        return permit
      } catch (error) {
        unsentReports = reports
        throw error
      }
    },

    async send(call, key) {
      const { charged, ...permit } = unusedPermit ?? { charged: 0, day: 0 }
      unusedPermit = null
      onCall()
      const answer = await transport.send(call, key)
      const report = toCallReports(answer, { charged: Math.min(charged, call.people), ...permit, hasFallback })
      const left = Math.max(0, charged - call.people) // people who were taken out before the call
      if (left > 0) report.push({ kind: 'returned', people: left, day: permit.day })
      unsentReports.push(...report.filter(({ kind }) => hasDailyLimit || kind !== 'returned'))
      // The lane goes on by the fallback and does not ask this account again soon: the other lanes should know before that.
      if (report.some((what) => what.kind === 'failed' && what.cause.why === 'refused')) await sendReports()
      return answer
    },

    async flush() {
      returnUnused()
      const worth = unsentReports.some((what) => what.kind !== 'answered' || what.probe !== undefined)
      if (worth) await sendReports()
    },
  }
}
