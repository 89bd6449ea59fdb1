import { requireSettings, type Settings } from '../../env.ts'
import { senderQuotaOf } from '../../objects.ts'
import { fallbackTransport, selectTransport } from '../../transports/select-transport.ts'
import { limitsOf, type Transport } from '../../transports/transport.ts'
import { bulkShare, evenBatch, mailsAllowed } from './daily-quota.ts'
import { describeHold } from './status-messages.ts'

/** The transports that send appeals: the main one first, then the fallback if one is configured. */
export function bulkTransports(settings: Settings, env: Env): Transport[] {
  const main = selectTransport(settings, env, 'bulk')
  const fallback = fallbackTransport(settings, env)
  return fallback === null || fallback.name === main.name ? [main] : [main, fallback]
}

/** People per batch: at most a call's limit of each transport and the dispatch's rate per minute, and a size that fits daily quotas. */
export async function batchSize(env: Env, ratePerMinute: number | undefined): Promise<number> {
  const transports = bulkTransports(await requireSettings(env), env)
  const largest = Math.min(...transports.map(({ maxBatch }) => maxBatch), ratePerMinute ?? Number.POSITIVE_INFINITY)
  return transports.reduce(
    (size, one) => evenBatch(Math.max(1, bulkShare(mailsAllowed(one, Date.now()))), size),
    largest,
  )
}

/** Lets every bulk account be tried at once. Called when an organiser resumes, since a fault may be corrected. */
export async function retryTransports(env: Env): Promise<void> {
  const transports = bulkTransports(await requireSettings(env), env)
  await Promise.all(transports.map(({ name }) => senderQuotaOf(env, name).retryNow()))
}

/** Why a running dispatch sends nothing at present, or sends through the fallback. Empty if neither is so. `until` in ISO 8601. */
export type TransportStatus = {
  waiting?: { until: string; reason: string } // nothing is sent before `until`; then it continues by itself
  fallback?: { transport: string; reason: string } // the fallback sends, and why
}

/** Reads the state of all bulk accounts, with one request to each. */
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
