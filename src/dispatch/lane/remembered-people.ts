import { sha256Hex } from '../../kit/bytes.ts'
import type { ProviderEvent } from '../../suppression/provider-event.ts'
import type { Outcome, RememberedReason } from '../../transports/transport.ts'

const KINDS: Readonly<Record<RememberedReason, Pick<ProviderEvent, 'kind' | 'permanence'>>> = {
  bounced: { kind: 'bounced', permanence: 'hard' },
  unsubscribed: { kind: 'unsubscribed' },
  complained: { kind: 'complained' },
}

/** People of a call whom its provider refused because of what it remembers of them. `answer`: one outcome, or one for each position. */
export function rememberedPeople(
  answer: Outcome | readonly Outcome[],
  positions: readonly number[],
): Array<{ position: number; remembered: RememberedReason }> {
  const outcomes = [answer].flat()
  if (outcomes.length !== positions.length) return [] // one outcome for several people says nothing about any of them
  return outcomes.flatMap((outcome, i) => {
    const position = positions[i]
    if (position === undefined || outcome.kind !== 'refused' || !outcome.permanent) return []
    return outcome.remembered === undefined ? [] : [{ position, remembered: outcome.remembered }]
  })
}

/** What a provider remembers of a person, as an event at `now` (epoch ms). `mail` names the refused mail. */
export async function rememberedEvent(
  remembered: RememberedReason,
  fingerprint: string,
  mail: string,
  now: number,
): Promise<ProviderEvent> {
  return { id: await sha256Hex(`${mail} ${fingerprint}`), ...KINDS[remembered], fingerprint, at: now }
}
