import { sha256, toHex } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { type Batch, type Call, limitsOf, type Outcome, type Transport } from '../../transports/transport.ts'
import type { AcquireRequest, AcquireResult, CallReport } from './account-quota.ts'
import { toCallReports } from './call-report.ts'
import type { OpenCalls } from './open-calls.ts'
import { StartPermit } from './start-permit.ts'

/** The quota of the transport's account, as a Durable Object stub gives it. */
type QuotaClient = {
  acquire(request: AcquireRequest): Promise<AcquireResult>
  report(reports: readonly CallReport[]): Promise<void>
  confirm(): Promise<boolean>
}

/** A transport that needs a permit of its account's quota before each call. Every function may throw. */
export type MeteredTransport = {
  transport: Transport
  name: string
  idempotencySeconds: number
  /** Asks for a permit for one call with so many mails. `again`: the call repeats one without an answer, and is not charged. */
  acquire(mails: number, again: boolean): Promise<AcquireResult>
  /** Whether the call with the last permit may begin now. False once everything is stopped. */
  mayBegin(): Promise<boolean>
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
  openCalls?: OpenCalls // of the isolate
  onCall(): void
}

/** Puts a transport behind the quota of its account. Results of a call are reported with the next `acquire`, to save a request. */
export function meterTransport(options: MeteringOptions): MeteredTransport {
  const { transport, quota, request, hasFallback, openCalls, onCall } = options
  const limits = limitsOf(transport)
  const pending = new PendingReports(limits.mailsPerDay !== undefined || limits.warmUpSince !== undefined)
  const start = new StartPermit(quota)
  let lastBytes: number | undefined // of the last call, as an estimate of the next
  /** Reports that fail are kept for later: a failure must not keep an answer from being recorded. */
  const sendReports = async () => {
    const reports = pending.take()
    await quota.report(reports).catch(() => pending.restore(reports))
  }
  return {
    transport,
    name: transport.name,
    idempotencySeconds: transport.idempotencySeconds,

    mayBegin: () => start.mayBegin(),
    async compose(mail) {
      const call = await transport.compose(mail)
      lastBytes = call.body.length
      return { call, hash: `${toHex(await sha256(call.body))}/${await transport.account()}` }
    },
    async acquire(mails, again) {
      pending.returnUnused()
      await openCalls?.take(pending, lastBytes) // before the permit, and before anybody is asked who must not get the mail
      const charged = again ? 0 : mails // a repeated call was charged the first time
      const { dispatch, ...who } = request
      const rate = dispatch && !again ? { dispatch } : {}
      const reports = pending.take()
      const askedAt = Date.now()
      try {
        const permit = await quota.acquire({ limits, people: charged, use: 'bulk', ...who, ...rate, reports })
        if (permit.go) start.granted(askedAt, permit.waitMs)
        if (permit.go) pending.granted({ charged, day: permit.day, ...defined({ probe: permit.probe }) })
        else openCalls?.end(pending)
        return permit
      } catch (error) {
        openCalls?.end(pending)
        pending.restore(reports)
        throw error
      }
    },
    async send(call, key) {
      const permit = pending.usePermit()
      onCall()
      const answer = await transport.send(call, key).finally(() => openCalls?.end(pending))
      const report = reportsOf(answer, call, permit, hasFallback)
      pending.add(report)
      // This lane continues with the fallback and will not report soon: the other lanes should know of the refusal now.
      if (report.some((what) => what.kind === 'failed' && what.cause.why === 'refused')) await sendReports()
      return answer
    },

    async flush() {
      openCalls?.end(pending)
      pending.returnUnused()
      if (pending.isWorthSending()) await sendReports()
    },
  }
}

/** What a call with this permit showed, with the mails of people who were excluded before it. */
function reportsOf(
  answer: Outcome | Outcome[],
  { people }: Call,
  { charged, ...permit }: Permit,
  hasFallback: boolean,
): CallReport[] {
  const reports = toCallReports(answer, { charged: Math.min(charged, people), ...permit, hasFallback })
  const left = Math.max(0, charged - people)
  return left > 0 ? [...reports, { kind: 'returned', people: left, day: permit.day }] : reports
}

/** A permit for one call: how many mails it was charged, on which day, and the id of its probe if it is one. */
type Permit = { charged: number; day: number; probe?: number }

/** Reports that the quota does not have yet, and the permit that no call has used yet. */
class PendingReports {
  readonly #hasDailyLimit: boolean
  #reports: CallReport[] = []
  #permit: Permit | null = null

  constructor(hasDailyLimit: boolean) {
    this.#hasDailyLimit = hasDailyLimit
  }

  /** Adds reports. Returned mails matter only to an account with a daily limit. */
  add(reports: readonly CallReport[]): void {
    this.#reports.push(...reports.filter(({ kind }) => this.#hasDailyLimit || kind !== 'returned'))
  }

  /** Removes and returns all reports, to be sent. */
  take(): CallReport[] {
    const reports = this.#reports
    this.#reports = []
    return reports
  }

  /** Puts back reports that could not be sent, before the newer ones. */
  restore(reports: readonly CallReport[]): void {
    this.#reports = [...reports, ...this.#reports]
  }

  granted(permit: Permit): void {
    this.#permit = permit
  }

  /** The permit for the call that begins now. */
  usePermit(): Permit {
    const permit = this.#permit ?? { charged: 0, day: 0 }
    this.#permit = null
    return permit
  }

  /** Reports a permit that no call used, so that its mails and its probe are free again. */
  returnUnused(): void {
    const permit = this.#permit
    if (permit === null) return
    this.#permit = null
    if (permit.probe !== undefined) this.add([{ kind: 'unused', probe: permit.probe }])
    if (permit.charged > 0) this.add([{ kind: 'returned', people: permit.charged, day: permit.day }])
  }

  /** Whether a report is worth a request of its own. A plain answer is not. */
  isWorthSending(): boolean {
    return this.#reports.some((what) => what.kind !== 'answered' || what.probe !== undefined)
  }
}
