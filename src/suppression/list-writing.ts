import { goodbyeValues } from '../emails/values.ts'
import { requireSettings } from '../env.ts'
import { MINUTE_MS } from '../kit/durations.ts'
import { errorMessage } from '../kit/result.ts'
import { mailboxQueueOf } from '../objects.ts'
import { mailboxOf } from '../security/address.ts'
import { supporterStore, writeOnce } from '../supporter-list/store.ts'
import { backLink } from './back-link.ts'
import type { SuppressionReason } from './suppression-rules.ts'
import type { SuppressionStore } from './suppression-store.ts'
import { type ListWriting, writeListChanges } from './write-list-changes.ts'

/** Milliseconds until the next try after an error that is not KV's, such as a missing setting. */
const AFTER_FAILURE_MS = MINUTE_MS

/**
 * Deployed dependencies of writing changes of the list: KV, and a `MailboxQueue` for each person who left.
 * @param reasonOf why a person gets no mail, if they get none
 */
async function listWriting(
  env: Env,
  reasonOf: (fingerprint: string) => SuppressionReason | undefined,
): Promise<ListWriting> {
  const settings = await requireSettings(env)
  return {
    settings,
    store: supporterStore(env.SUPPORTERS, settings, writeOnce),
    async onDeparture(supporter, leftAt, goodbye) {
      const { email, since } = supporter
      const queue = mailboxQueueOf(env, await settings.fingerprint(mailboxOf(email)))
      if (goodbye !== null) {
        const values = goodbyeValues(await backLink(settings, supporter, leftAt, goodbye))
        const mail = { email: 'goodbye' as const, to: { address: email }, values }
        await queue.enqueue({ key: `goodbye/${since}`, locale: goodbye, ...mail })
      }
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

/**
 * Writes due changes of the list to KV.
 * @returns until when KV is left alone (epoch ms), because it refused everything or writing failed; 0 otherwise
 */
export async function writeDueChanges(env: Env, { changes, people }: SuppressionStore): Promise<number> {
  try {
    const writing = await listWriting(env, (left) => people.find(left)?.reason)
    return (await writeListChanges(changes, writing)) ?? 0
  } catch (error) {
    console.error('supporter list', errorMessage(error)) // the platform would retry an alarm only six times
    return Date.now() + AFTER_FAILURE_MS
  }
}
