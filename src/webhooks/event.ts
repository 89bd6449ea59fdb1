import type { Permanence, ProviderEvent } from '../dispatch/provider-event.ts'
import type { Settings } from '../env.ts'
import { sha256Hex } from '../kit/bytes.ts'
import { normalise } from '../security/address.ts'
import type { Heard } from './provider.ts'

/** Characters of the hash that stands for an event's name: 128 bits. */
const ID_CHARS = 32

/** The address of `Name <address>` (RFC 5322 §3.4): some providers give back the mailbox as it was written to. */
const IN_BRACKETS = /<([^<>]+)>\s*$/

/**
 * The event without the address. Null for what is told of an address that is none: nobody was written to there. What a provider says
 * happens later happened now, or no sign-up could lift it.
 */
export async function toEvent(
  provider: string,
  { email, id, kind, dispatch, at, ...bounce }: Heard,
  settings: Pick<Settings, 'fingerprint'>,
  now: number,
): Promise<ProviderEvent | null> {
  const address = normalise(IN_BRACKETS.exec(email)?.[1] ?? email)
  if (!address.ok) return null
  return {
    id: (await sha256Hex(`${provider} ${id}`)).slice(0, ID_CHARS),
    kind,
    ...(kind === 'bounced' && { permanence: permanenceOf(bounce) }),
    fingerprint: await settings.fingerprint(address.value),
    ...(dispatch !== undefined && { dispatch }),
    at: Math.min(at, now),
  }
}

const permanenceOf = ({ permanent, suppresses }: Pick<Heard, 'permanent' | 'suppresses'>): Permanence =>
  suppresses ? (permanent ? 'hard' : 'soft') : 'refused'
