import type { StoredRecipient } from '../../delivery/sealed-recipients.ts'
import { unsubscribeHeaders } from '../../emails/headers.ts'
import type { Recipient } from '../../emails/message.ts'
import { bulkMessageId } from '../../emails/message-id.ts'
import { bulkValues } from '../../emails/values.ts'
import { absolute, paths } from '../../paths.ts'
import type { Keyring } from '../../security/keyring.ts'
import { optOutToken } from '../../security/opt-out.ts'
import { ivOf } from '../../security/token.ts'
import type { MailSnapshot } from './lane-task.ts'

/** What all mails of a dispatch in one language share. */
type SharedMail = { mail: Pick<MailSnapshot, 'publicUrl' | 'keyId' | 'startedAt'>; dispatch: string; locale: string }

/** Returns a function that builds the recipients of a bulk mail. Equal inputs always give equal bytes (invariant I7). */
export function recipientBuilder(
  keys: Keyring,
  { mail, dispatch, locale }: SharedMail,
): (fingerprint: string, stored: StoredRecipient) => Promise<Recipient> {
  const host = mail.publicUrl.replace(/^https?:\/\//, '')
  return async (fingerprint, stored) => {
    const token = await optOutToken(keys, { fingerprint, dispatch, locale }, mail.startedAt, mail.keyId)
    const unsubscribe = absolute(mail.publicUrl, paths.unsubscribe(token))
    return {
      to: stored.name === undefined ? { address: stored.email } : { name: stored.name, address: stored.email },
      values: bulkValues(stored, locale, { unsubscribe }),
      headers: unsubscribeHeaders(unsubscribe),
      // Computed only if a transport reads it, from the random part of the unsubscribe link.
      get messageId() {
        return bulkMessageId(dispatch, ivOf(token), host)
      },
    }
  }
}
