import type { Settings } from '../env.ts'
import type { TransportBindings } from './driver.ts'
import type { Transport } from './transport.ts'

/** The configured transport of a use. Settings were validated, so a named transport is configured. */
export const selectTransport = (settings: Settings, env: TransportBindings, use: 'bulk' | 'transactional'): Transport =>
  settings.transports[use].make(env)

/** The failover transport for batches that the bulk transport cannot send; null if none is configured. */
export const fallbackTransport = (settings: Settings, env: TransportBindings): Transport | null =>
  settings.transports.fallback?.make(env) ?? null
