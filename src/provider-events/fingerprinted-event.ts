import type { Settings } from '../env.ts'
import { sha256Hex } from '../kit/bytes.ts'
import { defined } from '../kit/defined.ts'
import { normaliseAddress } from '../security/address.ts'
import type { Permanence, ProviderEvent } from '../suppression/provider-event.ts'
import type { Ignored, ProviderReport } from './provider.ts'

/** Hexadecimal characters of an event id's hash: 128 bits. */
const ID_CHARS = 32

/** A hashed event id, and the event if it changes anything. */
export type FingerprintedEvent = { id: string; event: ProviderEvent | null }

/** Matches the address in `Name <address>` (RFC 5322 §3.4): some providers return the recipient in this form. */
const IN_BRACKETS = /<([^<>]+)>\s*$/

/**
 * Replaces the address of an event by its fingerprint. An invalid address has no effect: no mail was sent to it. Times in the
 * future become `now`, because otherwise no sign-up could lift the suppression.
 */
export async function fingerprintEvent(
  provider: string,
  report: ProviderReport | Ignored,
  settings: Pick<Settings, 'fingerprint'>,
  now: number,
): Promise<FingerprintedEvent> {
  const id = (await sha256Hex(`${provider} ${report.id}`)).slice(0, ID_CHARS)
  if (report.kind === 'noted') return { id, event: null }
  const { email, kind, dispatch, at } = report
  const address = normaliseAddress(IN_BRACKETS.exec(email)?.[1] ?? email)
  if (!address.ok) return { id, event: null }
  const event: ProviderEvent = {
    id,
    kind,
    ...(kind === 'bounced' && { permanence: permanenceOf(report) }),
    fingerprint: await settings.fingerprint(address.value),
    ...defined({ dispatch }),
    at: Math.min(at, now),
  }
  return { id, event }
}

const permanenceOf = ({ permanent, suppresses }: Pick<ProviderReport, 'permanent' | 'suppresses'>): Permanence =>
  suppresses ? (permanent ? 'hard' : 'soft') : 'refused'
