import { goodbyeValues } from '../emails/values.ts'
import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { mailboxQueueOf } from '../objects.ts'
import { mailboxOf } from '../security/address.ts'
import { supporterStore, writeOnce } from '../supporter-list/store.ts'
import type { SuppressionReason } from './suppression-rules.ts'
import type { ListWriting } from './write-list-changes.ts'

/**
 * Deployed dependencies of writing changes of the list: KV, and a `MailboxQueue` for each person who left.
 * @param reasonOf why a person gets no mail, if they get none
 */
export async function listWriting(
  env: Env,
  reasonOf: (fingerprint: string) => SuppressionReason | undefined,
): Promise<ListWriting> {
  const settings = await requireSettings(env)
  return {
    settings,
    store: supporterStore(env.SUPPORTERS, settings, writeOnce),
    async onDeparture({ email, since }, goodbye) {
      const queue = mailboxQueueOf(env, await settings.fingerprint(mailboxOf(email)))
      const mail = { email: 'goodbye' as const, to: { address: email }, values: goodbyeValues() }
      if (goodbye !== null) await queue.enqueue({ key: `goodbye/${since}`, locale: goodbye, ...mail })
      if (reasonOf(await settings.fingerprint(email)) !== 'unsubscribed') return // whoever complained asked for less mail
      try {
        await queue.fillAllowance() // so that a person who left by mistake can sign up again
      } catch (error) {
        console.error('allowance not filled:', errorMessage(error)) // the record must go all the same
      }
    },
    now: () => Date.now(),
    random: () => Math.random(),
  }
}
