import type { Outcome } from '../transport.ts'
import { isMailbox } from './commands.ts'
import { toWire } from './dot-stuffing.ts'
import type { SmtpRefusal } from './refusals.ts'

/** A message for one recipient and its Cc, ready to send. */
export type SmtpMail = {
  /** Index of the mail in its call. */
  index: number
  from: string
  to: string
  cc: readonly string[]
  /** Message bytes with doubled leading dots, without the final dot. */
  wire: Uint8Array<ArrayBuffer>
  isEightBit: boolean
}

/** Source of the mails to send, and sink of their outcomes. */
export type MailQueue = {
  /** The next mail; null when there is none or no more may be started. */
  take(): SmtpMail | null
  /** Returns an unsent mail, so that another connection can send it. */
  putBack(mail: SmtpMail): void
  record(mail: SmtpMail, outcome: Outcome): void
}

const refused = (reason: SmtpRefusal['reason'], detail: string): SmtpRefusal => ({
  kind: 'refused',
  permanent: true,
  reason,
  detail,
})

/** Prepares a mail for sending, or returns the permanent refusal of a mail that cannot be sent by SMTP. */
export function prepare(
  index: number,
  from: string,
  { to, cc = [] }: { to: string; cc?: readonly string[] },
  message: Uint8Array<ArrayBuffer>,
): SmtpMail | SmtpRefusal {
  if (!isMailbox(to)) return refused('bad-address', 'mail servers in general do not accept this form of address')
  const wire = toWire(message)
  if (wire === null) return refused('invalid-content', 'the mail has a line that SMTP does not allow')
  return { index, from, to, cc: cc.filter(isMailbox), wire, isEightBit: wire.some((byte) => byte > 0x7f) }
}
