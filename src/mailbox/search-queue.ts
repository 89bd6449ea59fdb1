import type { Settings } from '../env.ts'
import { normaliseAddress } from '../security/address.ts'
import type { QueuedMails } from './queued-mails.ts'
import { sealedMail, type TransactionalMail } from './transactional-mail.ts'

/** What searching a mailbox queue needs. `placeOf`: the place that a mail of this key is sealed for. */
type SearchedQueue = { mails: QueuedMails; settings: Settings; placeOf(key: string): string }

/** Waiting mails to an address, by its fingerprint. A queue may hold mails to several addresses of its mailbox. */
async function mailsOf(
  { mails, settings, placeOf }: SearchedQueue,
  fingerprint: string,
): Promise<Array<{ key: string; queuedAt: number; mail: TransactionalMail }>> {
  const found = []
  for (const row of mails.all()) {
    const mail = await sealedMail.open(settings.keys, placeOf(row.key), row.sealed)
    const address = mail && normaliseAddress(mail.to.address)
    if (mail && address?.ok && (await settings.fingerprint(address.value)) === fingerprint)
      found.push({ key: row.key, queuedAt: row.queuedAt, mail })
  }
  return found
}

/**
 * Deletes the mails that wait for a person, except test mails, which are an organiser's. Or finds them: JSON, null when there are none.
 */
export async function searchQueue(
  queue: SearchedQueue,
  fingerprint: string,
  act: 'erase' | 'find',
): Promise<string | null> {
  const found = await mailsOf(queue, fingerprint)
  if (act === 'erase') {
    for (const { key, mail } of found) if (mail.test === undefined) queue.mails.drop({ key })
    return null
  }
  const mails = found.map(({ queuedAt, mail: { email, campaign, to } }) => ({
    ...{ email, campaign, to },
    queuedAt: new Date(queuedAt).toISOString(),
  }))
  return mails.length === 0 ? null : JSON.stringify({ mails })
}
