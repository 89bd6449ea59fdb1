import { isLoopback, type Settings } from '../env.ts'
import { outbox } from './outbox.ts'
import { type Outbox, outboxOf } from './outbox-store.ts'
import { resend } from './resend.ts'
import type { Transport } from './transport.ts'

/** The transport a setting names. Settings were parsed, so a transport that is named is configured. */
export function chooseTransport(
  settings: Settings,
  env: { OUTBOX: DurableObjectNamespace<Outbox> },
  use: 'bulk' | 'transactional',
): Transport {
  const name = use === 'bulk' ? settings.bulkTransport : settings.transactionalTransport
  if (name === 'resend' && settings.resend !== undefined) {
    return resend({ ...settings.resend, captive: isLoopback(settings.resend.url) })
  }
  if (name === 'outbox') return outbox((key, body) => outboxOf(env).keep(use, key, new Blob([body]).stream()))
  throw new Error(`no transport is called ${name}`)
}
