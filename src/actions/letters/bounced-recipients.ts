import { suppressionOf } from '../../objects.ts'
import type { Recipients } from './addressees.ts'

/** An address that must get no more mail. `recipient` is its fingerprint, `reason` a sentence for organisers. */
type BouncedRecipient = { addressee: string; recipient: string; reason: string }

/**
 * The recipients that a provider has reported as bounced or complained. An unsubscribe from a supporter list is ignored: it says nothing
 * about letters to an office.
 */
export async function findBounced(env: Env, recipients: Recipients): Promise<BouncedRecipient[]> {
  const all = [...recipients].flatMap(([addressee, addresses]) =>
    addresses.map((recipient) => ({ addressee, recipient })),
  )
  const records = await suppressionOf(env).recordsOf(all.map(({ recipient }) => recipient))
  const reasons = new Map(records.map(({ fingerprint, reason }) => [fingerprint, reason]))
  return all.flatMap((one) => {
    const reason = reasons.get(one.recipient)
    return reason === 'bounced' || reason === 'complained' ? [{ ...one, reason: SENTENCES[reason] }] : []
  })
}

const SENTENCES = {
  bounced: 'an accepted mail bounced: the mailbox is dead',
  complained: 'a recipient reported a mail as spam',
} as const
