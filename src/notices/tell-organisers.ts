import type { Settings } from '../env.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { mailboxQueueOf } from '../objects.ts'
import { type Address, mailboxOf } from '../security/address.ts'

/** A mail to organisers, in English as the command line is. `key` names what it is about: each mailbox gets it once in a week. */
export type OrganiserMail = { key: string; subject: string; text: string }

/**
 * Queues a mail for each address. May be repeated: a mailbox that has the mail does not get it again.
 * @throws Error if a mailbox queue did not answer or is full; then the others have the mail
 */
export async function tellOrganisers(
  env: Env,
  settings: Pick<Settings, 'fingerprint'>,
  addresses: readonly Address[],
  { key, subject, text }: OrganiserMail,
): Promise<void> {
  let missed = 0
  for (const address of addresses) {
    try {
      const queue = mailboxQueueOf(env, await settings.fingerprint(mailboxOf(address)))
      const mail = {
        key,
        email: 'notice' as const,
        locale: FALLBACK_LOCALE,
        to: { address },
        values: { text },
        subject,
      }
      if ((await queue.enqueue(mail, 'lasting')) === 'full') missed++
    } catch {
      missed++
    }
  }
  if (missed > 0) throw new Error(`${missed} of ${addresses.length} mails to organisers could not be queued`)
}
