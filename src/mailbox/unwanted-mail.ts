import { CONFIRMATIONS } from '../emails/message.ts'
import type { Settings } from '../env.ts'
import { placesOf, suppressionOf } from '../objects.ts'
import { mailboxOf, normaliseAddress } from '../security/address.ts'
import { supporterStore } from '../supporter-list/store.ts'
import { supersedes } from '../suppression/suppression-rules.ts'
import type { SuppressionStatus } from '../suppression/suppression-store.ts'
import type { TransactionalMail } from './transactional-mail.ts'

export const isConfirmation = ({ email }: TransactionalMail): boolean => CONFIRMATIONS.some((kind) => kind === email)

/**
 * Whether a mail must not leave: its reader has complained, or has left since it was queued at `queuedAt` (epoch ms); it is a confirmation
 * and the mailbox wants none; or it has links to own data and nothing is stored about its reader.
 */
export async function isUnwanted(
  env: Env,
  settings: Settings,
  mail: TransactionalMail,
  queuedAt: number,
): Promise<boolean> {
  const { email, to } = mail
  const address = normaliseAddress(to.address)
  if (!address.ok) return false
  const fingerprint = await settings.fingerprint(address.value)
  const mailbox = await settings.fingerprint(mailboxOf(address.value))
  const status = await suppressionOf(env).status(fingerprint, mailbox)
  const { reason, since, noMoreUntil } = status
  if (email === 'my-data' && !(await isKnown(env, settings, fingerprint, status))) return true
  if (noMoreUntil !== undefined && isConfirmation(mail)) return true
  return reason !== undefined && since !== undefined && supersedes({ reason, since }, email, queuedAt)
}

/** Whether anything is stored about a person. Looks everywhere for everybody, so that the work tells nothing. */
async function isKnown(
  env: Env,
  settings: Settings,
  fingerprint: string,
  { reason, noMoreUntil, record }: SuppressionStatus & { record?: string },
): Promise<boolean> {
  const store = supporterStore(env.SUPPORTERS, settings)
  const [supporter, proof, hasWritten] = await Promise.all([
    store.get(fingerprint),
    store.getProof(fingerprint),
    placesOf(env).isInCampaigns(fingerprint),
  ])
  const isSuppressed = reason !== undefined || noMoreUntil !== undefined
  return isSuppressed || record !== undefined || supporter !== null || proof !== null || hasWritten
}
