import { requireSettings, type Settings } from '../../env.ts'
import { senderQuotaOf } from '../../objects.ts'
import { fallbackTransport, selectTransport } from '../../transports/select-transport.ts'
import { limitsOf, type Transport } from '../../transports/transport.ts'
import { bulkShare, evenBatch, mailsAllowed } from './daily-quota.ts'
import { describeHold } from './status-messages.ts'

/** The transports that carry appeals, the main one first. */
export function bulkTransports(settings: Settings, env: Env): Transport[] {
  const main = selectTransport(settings, env, 'bulk')
  const fallback = fallbackTransport(settings, env)
  return fallback === null || fallback.name === main.name ? [main] : [main, fallback]
}

/** People in a batch: no more than each transport takes in a call and a minute may have, and of a size that uses up a day. */
export async function batchSize(env: Env, ratePerMinute: number | undefined): Promise<number> {
  const transports = bulkTransports(await requireSettings(env), env)
  const largest = Math.min(...transports.map(({ maxBatch }) => maxBatch), ratePerMinute ?? Number.POSITIVE_INFINITY)
  return transports.reduce(
    (size, one) => evenBatch(Math.max(1, bulkShare(mailsAllowed(one, Date.now()))), size),
    largest,
  )
}

/** A person has put something right: what was refused, or gave no answer, is tried at once. */
export async function retryTransports(env: Env): Promise<void> {
  const transports = bulkTransports(await requireSettings(env), env)
  await Promise.all(transports.map(({ name }) => senderQuotaOf(env, name).retryNow()))
}

/** Why no appeal leaves at present although nothing is paused, or leaves by the fallback. `until` in ISO 8601. */
export type TransportStatus = {
  waiting?: { until: string; reason: string } // nothing leaves at present, and it goes on by itself
  fallback?: { transport: string; reason: string } // the other transport carries it, and why
}

/** Asks the accounts of all transports that carry appeals, one request each. */
export async function transportStatus(env: Env): Promise<TransportStatus> {
  const transports = bulkTransports(await requireSettings(env), env)
  const held = await Promise.all(
    transports.map(async (transport) => {
      const { name } = transport
      return { name, held: await senderQuotaOf(env, name).currentHold(limitsOf(transport)) }
    }),
  )
  const [main, fallback] = held
  if (main?.held == null) return {}
  const reason = describeHold(main.name, main.held)
  if (fallback !== undefined && main.held.why !== 'slowed') {
    if (fallback.held === null) return { fallback: { transport: fallback.name, reason } }
    const until = new Date(Math.min(main.held.until, fallback.held.until)).toISOString()
    return { waiting: { until, reason: `${reason}; ${describeHold(fallback.name, fallback.held)}` } }
  }
  return { waiting: { until: new Date(main.held.until).toISOString(), reason } }
}
