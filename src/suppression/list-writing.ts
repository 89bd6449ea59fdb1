import { goodbyeValues } from '../emails/values.ts'
import { requireSettings } from '../env.ts'
import { mailboxQueueOf } from '../objects.ts'
import { mailboxOf } from '../security/address.ts'
import { supporterStore, writeOnce } from '../supporter-list/store.ts'
import type { ListWriting } from './write-list-changes.ts'

/** Deployed dependencies of writing changes of the list: KV, and a `MailboxQueue` for each goodbye mail. */
export async function listWriting(env: Env): Promise<ListWriting> {
  const settings = await requireSettings(env)
  return {
    settings,
    store: supporterStore(env.SUPPORTERS, settings, writeOnce),
    async sayGoodbye({ email, since }, locale) {
      const mail = { email: 'goodbye' as const, locale, to: { address: email }, values: goodbyeValues() }
      const mailbox = await settings.fingerprint(mailboxOf(email))
      const queue = mailboxQueueOf(env, mailbox)
      await queue.enqueue({ key: `goodbye/${since}`, ...mail })
      await queue.fillAllowance() // so that a person who left by mistake can sign up again
    },
    now: () => Date.now(),
    random: () => Math.random(),
  }
}
