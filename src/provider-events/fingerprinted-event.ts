import type { Settings } from '../env.ts'
import { sha256Hex } from '../kit/bytes.ts'
import { defined } from '../kit/defined.ts'
import { normaliseAddress } from '../security/address.ts'
import type { Permanence, ProviderEvent } from '../suppression/provider-event.ts'
import type { Ignored, ProviderReport } from './provider.ts'

/** Characters of the hash that stands for an event's name: 128 bits. */
const ID_CHARS = 32

/** An event's name, to be remembered, and what it is to change, if anything. */
export type FingerprintedEvent = { id: string; event: ProviderEvent | null }

/** The address of `Name <address>` (RFC 5322 §3.4): some providers give back the mailbox as it was written to. */
const IN_BRACKETS = /<([^<>]+)>\s*$/

/**
 * The event without the address. What is told of an address that is none changes nothing: nobody was written to there. What a provider
 * says happens later happened now, or no sign-up could lift it.
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
