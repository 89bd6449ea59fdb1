import type { Settings } from '../env.ts'
import type { TransportBindings } from './driver.ts'
import type { Transport } from './transport.ts'

/** The transport a setting names. Settings were parsed, so a transport that is named is configured. */
export const selectTransport = (settings: Settings, env: TransportBindings, use: 'bulk' | 'transactional'): Transport =>
  settings.transports[use].make(env)

/** What takes over batches that were not attempted while the bulk transport cannot send; null where none is named. */
export const fallbackTransport = (settings: Settings, env: TransportBindings): Transport | null =>
  settings.transports.fallback?.make(env) ?? null
