import { BULK_EMAILS, type Email } from './message.ts'
import { hostLabel } from './message-id.ts'

export type Headers = Readonly<Record<string, string>>

/** Matches an http(s) URL of printable ASCII characters that need no escaping in a header. */
const WEB_ADDRESS = /^https?:\/\/[!#-;=?-~]+$/
/** Characters of the last field of Feedback-ID: 5 to 15 (support.google.com/a/answer/6254652). */
const SENDER_ID = { min: 5, max: 15 }

/**
 * List-Unsubscribe headers (RFC 8058 §3.1): one http(s) URL, which accepts a bare POST.
 * @throws Error when `unsubscribe` is not an http(s) URL.
 */
export function unsubscribeHeaders(unsubscribe: string): Headers {
  if (!WEB_ADDRESS.test(unsubscribe))
    throw new Error('List-Unsubscribe needs an http(s) URL of printable ASCII characters')
  return { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

/** What the headers of a mail to many people say: who sends it, and which mail of which campaign it is. */
type ListMail = { sender: { publicUrl: string; senderName: string }; campaign: string; email: string }

/**
 * Headers that every recipient of a mail to many people shares. List-Id (RFC 2919) names the deployment, because people filter by it.
 * Its phrase must be ASCII, so a sender name in another script is left out. Feedback-ID lets a mailbox provider count complaints by
 * campaign and kind of mail; it has no personal data.
 */
export function listHeaders({ sender: { publicUrl, senderName }, campaign, email }: ListMail): Headers {
  const host = hostLabel(new URL(publicUrl).hostname)
  const phrase = isPlainLine(senderName) ? `"${senderName.replace(/["\\]/g, '')}" ` : ''
  return {
    'List-Id': `${phrase}<tocsin.${host}>`,
    Precedence: 'bulk',
    'Feedback-ID': `${campaign}:${email}:tocsin:${senderId(host)}`,
  }
}

/** Headers of a mail that a machine writes to one person. Auto-Submitted (RFC 3834 §5) keeps autoresponders from replying. */
export const automaticHeaders = (): Headers => ({ 'Auto-Submitted': 'auto-generated' })

const LIST_EMAILS: readonly Email[] = [...BULK_EMAILS, 'news']

/** Headers of an e-mail from a mailbox queue. News of a campaign go to many people, and so do mails that are tested. */
export const queuedHeaders = (email: Email, sender: ListMail['sender'], campaign: string | undefined): Headers =>
  LIST_EMAILS.includes(email) && campaign !== undefined ? listHeaders({ sender, campaign, email }) : automaticHeaders()

/** The language of a mail, for filters and screen readers (RFC 3282). */
export const languageOf = ({ locale }: { locale: string }): Headers => ({ 'Content-Language': locale })

/** Headers for a provider that writes Feedback-ID itself. */
export const withoutFeedbackId = ({ 'Feedback-ID': _, ...headers }: Headers): Headers => headers

/** The end of the host name, in letters, digits and hyphens: the same for all mails of a deployment. */
const senderId = (host: string): string =>
  host
    .replace(/[^a-z0-9]+/g, '-')
    .slice(-SENDER_ID.max)
    .replace(/^-+/, '')
    .padStart(SENDER_ID.min, 'x')

/** Whether a text can stand in a header as it is: ASCII, and nothing that readers take for an encoded word. */
const isPlainLine = (text: string): boolean => /^[\x20-\x7E]*$/.test(text) && !text.includes('=?')
