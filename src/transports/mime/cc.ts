import type { Mailbox } from '../../emails/message.ts'
import type { Batch } from '../transport.ts'

/**
 * Who is shown in Cc and gets the mail, too: each address once, and not the one it is for, since SendGrid refuses a call with a double.
 * @throws Error when several people are in the batch: every one of them would bring the others in Cc their own copy.
 */
export function ccOf({ cc = [], recipients }: Batch): readonly Mailbox[] {
  const [first] = recipients
  if (cc.length === 0 || first === undefined) return []
  if (recipients.length > 1)
    throw new Error(`a mail with Cc goes to one person, and this call has ${recipients.length}: compose one by one`)
  const seen = new Set([first.to.address.toLowerCase()])
  return cc.filter(({ address }) => seen.size < seen.add(address.toLowerCase()).size)
}

/** A list for a provider's JSON, each mailbox in its words; undefined where there is none. */
export function mapCc<T>(batch: Batch, format: (mailbox: Mailbox) => T): T[] | undefined {
  const cc = ccOf(batch)
  return cc.length === 0 ? undefined : cc.map(format)
}
