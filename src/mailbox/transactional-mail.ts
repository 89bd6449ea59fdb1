import * as z from 'zod'
import type { QuotaUse } from '../delivery/quota/daily-quota.ts'
import { EMAILS } from '../emails/message.ts'
import { sealed } from '../security/sealed.ts'

/** A transactional mail. `key` names the request that it answers; each key is sent once. */
const transactionalMail = z.object({
  key: z.string(),
  email: z.enum(EMAILS),
  locale: z.string(),
  to: z.object({ name: z.string().optional(), address: z.string() }),
  values: z.record(z.string(), z.string()),
  campaign: z.string().optional(),
  updateId: z.string().optional(),
  importedOn: z.string().optional(), // ISO 8601 day
  answersTo: z.string().optional(), // the campaign whose `replyTo` gets the answers, if the mail does not mention it
  /** Set for a test of a bulk mail: sent by the bulk transport, marked in the subject (`mark`), with an unsubscribe link. */
  test: z.object({ unsubscribe: z.string(), mark: z.string().optional() }).optional(),
  /** Set for a confirmation that goes by the confirmation queue: fingerprint of the mailbox, hashes of its domain and the network. */
  asked: z.object({ mailbox: z.string(), domain: z.string(), network: z.string().optional() }).optional(),
  subject: z.string().optional(), // instead of the template's; one line without personal data
  unsubscribe: z.string().optional(), // the URL that ends mails of this kind
})
export type TransactionalMail = z.infer<typeof transactionalMail>

/** Seals and opens a mail for storage. */
export const sealedMail = sealed('mail', transactionalMail)

/** Whether an import asks for this confirmation. It repeats its request for up to a week when it got no answer. */
export const isOfImport = ({ asked }: TransactionalMail): boolean => asked !== undefined && asked.network === undefined

/** Whether an organiser started this mail with many others: news to writers, and confirmations of an import. A stop holds such mails. */
export const isOfMany = (mail: TransactionalMail): boolean => mail.email === 'news' || isOfImport(mail)

/** What part of the sender quota a mail uses. Strangers can ask for confirmations and links to own data by typing an address. */
export const quotaUseOf = ({ asked, email }: Pick<TransactionalMail, 'asked' | 'email'>): QuotaUse =>
  asked !== undefined || email === 'my-data' ? 'asked' : 'transactional'
