import type { Settings } from '../../env.ts'
import { confirmationQueueOf, mailboxQueueOf } from '../../objects.ts'
import { type Address, isReserved, mailboxOf, normaliseAddress } from '../../security/address.ts'
import { keyedHash } from '../../security/keyed-hash.ts'
import { registrableDomainOf } from '../../security/registrable-domain.ts'
import { networkKey } from '../../web/client-limit.ts'
import type { Enqueued } from '../queued-mails.ts'
import type { TransactionalMail } from '../transactional-mail.ts'
import type { AskedLink } from './asked-link.ts'
import { isLargeMailHost } from './large-mail-hosts.ts'

/**
 * `queued`: a mail will go, unless a later check stops it. `repeated`: an equal request is unanswered, and its link goes again or is on
 * its way. `refused`: the mailbox has got enough of such mails. `already` and `full`: as of `Enqueued`.
 */
export type AskAnswer = Enqueued | 'repeated' | 'refused'

/** What a confirmation leads to: `content` is everything that the form said, `purpose` and `payload` make the link. */
export type AskedContent = Pick<AskedLink, 'purpose' | 'payload' | 'ref'> & { content: unknown }

type AskSettings = Pick<Settings, 'fingerprint' | 'keys'>

/**
 * Queues a mail that a stranger may have asked for by typing an address, within the limits of the mailbox. With `asked`, the mail is a
 * confirmation and gets its link here.
 * @param ip address of the client that asked; undefined for an import, which has a pace of its own
 */
export async function askMailbox(
  env: Env,
  settings: AskSettings,
  mail: TransactionalMail,
  asked?: AskedContent,
  ip?: string,
): Promise<AskAnswer> {
  const address = normaliseAddress(mail.to.address)
  if (!address.ok) throw new Error('a mail that was asked for has an invalid address')
  const mailbox = await settings.fingerprint(mailboxOf(address.value))
  const queue = mailboxQueueOf(env, mailbox)
  if (asked === undefined) return queue.ask(mail)
  const { content, purpose, payload, ref } = asked
  const digest = await keyedHash(settings.keys, 'request', JSON.stringify([mail.email, mail.campaign, content]))
  const domain = await domainHash(settings, address.value)
  const network = ip === undefined ? undefined : await networkKey(settings.keys, ip)
  return queue.ask({ ...mail, asked: { mailbox, domain, network } }, { digest, purpose, payload: [...payload], ref })
}

/** Reports that the owner of a mailbox has pressed a button in a mail or left: its limits begin anew. */
export async function reportAnswer(env: Env, settings: AskSettings, address: Address): Promise<void> {
  const mailbox = await settings.fingerprint(mailboxOf(address))
  const domain = await domainHash(settings, address)
  await Promise.all([mailboxQueueOf(env, mailbox).fillAllowance(), confirmationQueueOf(env).answer(mailbox, domain)])
}

/**
 * Keyed hash of the domain to ration by; empty for a large mail host, and for a reserved domain, to which no provider gets mail. It does
 * not rotate, so that an answer counts for long.
 */
async function domainHash({ fingerprint }: AskSettings, address: Address): Promise<string> {
  if (isReserved(address) || isLargeMailHost(address.slice(address.lastIndexOf('@') + 1))) return ''
  return fingerprint(registrableDomainOf(address))
}
