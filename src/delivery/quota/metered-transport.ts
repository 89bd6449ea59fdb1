import { type Limits, limitsOf, type Transport } from '../../transports/transport.ts'
import type { Carrier } from '../send-loop.ts'
import type { Ask, Leave, Told } from './account-quota.ts'
import { reportOf } from './call-report.ts'

type Pacing = { leave(ask: Ask): Promise<Leave>; note(told: readonly Told[]): Promise<void> }

export type Using = {
  transport: Pick<Transport, 'name' | 'idempotencySeconds' | 'send'> & Limits
  pacer: Pacing
  ask: Pick<Ask, 'who' | 'dispatch'>
  compose: Carrier['compose']
  hasFallback: boolean
  /** Told of every call. */
  calling(): void
}

/**
 * A transport together with its account's Pacer. What became of a call is told with the next asking for leave, so that it costs no
 * request of its own; `flush` tells what would otherwise be lost, when no call follows.
 */
export function carrierOf({
  transport,
  pacer,
  ask,
  compose,
  hasFallback,
  calling,
}: Using): Carrier & { flush(): Promise<void> } {
  const limits = limitsOf(transport)
  const hasDay = limits.mailsPerDay !== undefined || limits.warmUpSince !== undefined
  let told: Told[] = []
  let given: { charged: number; day: number; probe?: number } | null = null // leave that no call has used yet

  const giveBack = () => {
    if (given?.probe !== undefined) told.push({ kind: 'unused', probe: given.probe })
    if (hasDay && given !== null && given.charged > 0) {
      told.push({ kind: 'returned', people: given.charged, day: given.day })
    }
    given = null
  }
  /** What cannot be told now is told later: nothing of it may stand between an answer and its record. */
  const tell = async () => {
    const telling = told
    told = []
    await pacer.note(telling).catch(() => {
      told = [...telling, ...told]
    })
  }
  return {
    name: transport.name,
    idempotencySeconds: transport.idempotencySeconds,
    compose,

    async leave(people, again) {
      giveBack()
      const charged = again ? 0 : people // whoever is asked for again was counted the first time
      const { dispatch, ...who } = ask
      const telling = told
      told = []
      try {
        const leave = await pacer.leave({
          limits,
          people: charged,
          use: 'bulk',
          ...who,
          ...(dispatch && !again && { dispatch }),
          told: telling,
        })
        if (leave.go) given = { charged, day: leave.day, ...(leave.probe !== undefined && { probe: leave.probe }) }
        return leave
      } catch (error) {
        told = telling
        throw error
      }
    },

    async send(call, key) {
      const { charged, ...leave } = given ?? { charged: 0, day: 0 }
      given = null
      calling()
      const answer = await transport.send(call, key)
      const report = reportOf(answer, { charged: Math.min(charged, call.people), ...leave, hasFallback })
      const left = Math.max(0, charged - call.people) // people who were taken out before the call
      if (left > 0) report.push({ kind: 'returned', people: left, day: leave.day })
      told.push(...report.filter(({ kind }) => hasDay || kind !== 'returned'))
      // The lane goes on by the fallback and does not ask this account again soon: the other lanes should know before that.
      if (report.some((what) => what.kind === 'failed' && what.cause.why === 'refused')) await tell()
      return answer
    },

    async flush() {
      giveBack()
      const worth = told.some((what) => what.kind !== 'answered' || what.probe !== undefined)
      if (worth) await tell()
    },
  }
}
