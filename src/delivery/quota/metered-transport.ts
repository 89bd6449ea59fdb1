import { sha256, toHex } from '../../kit/bytes.ts'
import { type Batch, type Call, limitsOf, type Outcome, type Transport } from '../../transports/transport.ts'
import type { AcquireRequest, AcquireResult, CallReport } from './account-quota.ts'
import { toCallReports } from './call-report.ts'

/** The quota of the transport's account, as a Durable Object stub gives it. */
type QuotaClient = {
  acquire(request: AcquireRequest): Promise<AcquireResult>
  report(reports: readonly CallReport[]): Promise<void>
}

/** A transport that needs a permit of its account's quota before each call. Every function may throw. */
export type MeteredTransport = {
  transport: Transport
  name: string
  idempotencySeconds: number
  /** Asks for a permit for one call with so many mails. `again`: the call repeats one without an answer, and is not charged. */
  acquire(mails: number, again: boolean): Promise<AcquireResult>
  /** Composes a call. The hash covers its bytes and the account: another account does not know the idempotency key of the first call. */
  compose(mail: Batch): Promise<{ call: Call; hash: string }>
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
  /** Reports results that no later request would carry. Called after the last call. */
  flush(): Promise<void>
}

export type MeteringOptions = {
  transport: Transport
  quota: QuotaClient
  request: Pick<AcquireRequest, 'who' | 'dispatch'>
  hasFallback: boolean
  onCall(): void
}

/** Puts a transport behind the quota of its account. Results of a call are reported with the next `acquire`, to save a request. */
export function meterTransport({ transport, quota, request, hasFallback, onCall }: MeteringOptions): MeteredTransport {
  const limits = limitsOf(transport)
  const hasDailyLimit = limits.mailsPerDay !== undefined || limits.warmUpSince !== undefined
  let unsentReports: CallReport[] = []
  let unusedPermit: { charged: number; day: number; probe?: number } | null = null // a permit that no call has used yet

  const returnUnused = () => {
    if (unusedPermit?.probe !== undefined) unsentReports.push({ kind: 'unused', probe: unusedPermit.probe })
    if (hasDailyLimit && unusedPermit !== null && unusedPermit.charged > 0) {
      unsentReports.push({ kind: 'returned', people: unusedPermit.charged, day: unusedPermit.day })
    }
    unusedPermit = null
  }
  /** Reports that fail are kept for later: a failure must not keep an answer from being recorded. */
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
      const charged = again ? 0 : mails // a repeated call was charged the first time
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
          reports,
        })
        if (permit.go)
          unusedPermit = { charged, day: permit.day, ...(permit.probe !== undefined && { probe: permit.probe }) }
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
      const left = Math.max(0, charged - call.people) // people who were excluded before the call
      if (left > 0) report.push({ kind: 'returned', people: left, day: permit.day })
      unsentReports.push(...report.filter(({ kind }) => hasDailyLimit || kind !== 'returned'))
      // This lane continues with the fallback and will not report soon: the other lanes should know of the refusal now.
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
