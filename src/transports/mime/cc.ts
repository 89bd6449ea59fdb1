import type { Mailbox } from '../../emails/message.ts'
import type { Batch } from '../transport.ts'

/**
 * Cc of a batch: each address once and without the recipient, since SendGrid refuses duplicates.
 * @throws Error when the batch has several recipients: each mail would send its own copies.
 */
export function ccOf({ cc = [], recipients }: Batch): readonly Mailbox[] {
  const [first] = recipients
  if (cc.length === 0 || first === undefined) return []
  if (recipients.length > 1)
    throw new Error(
      `a mail with Cc must have one recipient, and this call has ${recipients.length}: compose mails one by one`,
    )
  const seen = new Set([first.to.address.toLowerCase()])
  return cc.filter(({ address }) => seen.size < seen.add(address.toLowerCase()).size)
}

/** Cc of a batch in a provider's JSON format; undefined if there is none. */
export function mapCc<T>(batch: Batch, format: (mailbox: Mailbox) => T): T[] | undefined {
  const cc = ccOf(batch)
  return cc.length === 0 ? undefined : cc.map(format)
}
