import type { Email } from '../../emails/message.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import { confirmationQueueOf } from '../../objects.ts'
import type { QueuedMail } from '../queued-mails.ts'
import type { TransactionalMail } from '../transactional-mail.ts'
import { GIVE_UP_MS } from './fair-queue.ts'

/** Milliseconds after the end of the wait at which a mailbox queue drops its mail, should nobody have called it. */
const LATE_MS = 5 * MINUTE_MS

/** A confirmation that asks to leave. Without a network it comes from an import, which has its own pace. */
export type EnteringConfirmation = {
  mailbox: string
  key: string
  email: Email
  domain: string
  network: string | undefined
  queuedAt: number // epoch ms
}

/**
 * Whether a queued mail may leave now, must never leave, or waits for its turn among the confirmations, at most until
 * `until` (epoch ms). Other mails always may.
 */
export async function clearanceOf(
  env: Env,
  { asked, email }: TransactionalMail,
  { key, cleared, queuedAt }: QueuedMail,
): Promise<'go' | 'drop' | { until: number }> {
  if (asked === undefined || cleared) return 'go'
  const { mailbox, domain, network } = asked
  const answer = await confirmationQueueOf(env).enter({ mailbox, key, email, domain, network, queuedAt })
  return answer === 'wait' ? { until: Math.max(Date.now(), queuedAt + GIVE_UP_MS) + LATE_MS } : answer
}
