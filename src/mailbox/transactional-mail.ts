import * as z from 'zod'
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
  /** Queued, composed and then dropped: no mail leaves. Hides from whoever asked that there is nothing to send. */
  decoy: z.literal(true).optional(),
  /** Set for a test of a bulk mail: sent by the bulk transport, marked in the subject, with an unsubscribe link. */
  test: z.object({ unsubscribe: z.string() }).optional(),
  unsubscribe: z.string().optional(), // the URL that ends mails of this kind
})
export type TransactionalMail = z.infer<typeof transactionalMail>

/** Seals and opens a mail for storage. */
export const sealedMail = sealed('mail', transactionalMail)
