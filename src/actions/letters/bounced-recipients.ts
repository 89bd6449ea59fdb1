import { suppressionOf } from '../../objects.ts'
import type { Recipients } from './addressees.ts'

export type BouncedRecipient = { addressee: string; recipient: string; reason: string }

/**
 * Addresses of whoever is written to that a provider has told of since: mail to them came back, or was called unwanted. That somebody
 * there has left a list says nothing of what comes to them by their office.
 */
export async function findBounced(env: Env, recipients: Recipients): Promise<BouncedRecipient[]> {
  const all = [...recipients].flatMap(([addressee, addresses]) =>
    addresses.map((recipient) => ({ addressee, recipient })),
  )
  const departures = await suppressionOf(env).recordsOf(all.map(({ recipient }) => recipient))
  const reasons = new Map(departures.map(({ fingerprint, reason }) => [fingerprint, reason]))
  return all.flatMap((one) => {
    const reason = reasons.get(one.recipient)
    return reason === 'bounced' || reason === 'complained' ? [{ ...one, reason: SENTENCES[reason] }] : []
  })
}

const SENTENCES = {
  bounced: 'a mail that was accepted came back: the mailbox is dead',
  complained: 'somebody there has called a mail unwanted',
} as const
