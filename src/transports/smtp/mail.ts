import type { Outcome } from '../transport.ts'
import { isMailbox } from './commands.ts'
import { toWire } from './dot-stuffing.ts'
import type { SmtpRefusal } from './refusals.ts'

/** One message for one person and whoever is in Cc, ready for the wire. */
export type SmtpMail = {
  /** Its place in the call. */
  index: number
  from: string
  to: string
  cc: readonly string[]
  /** Dots doubled, without the final one. */
  wire: Uint8Array<ArrayBuffer>
  isEightBit: boolean
}

/** Where mails come from and what became of them. */
export type MailQueue = {
  /** The next to be sent; null when there is none, or none may be begun any more. */
  take(): SmtpMail | null
  /** One of which no byte was sent: another connection may have it. */
  putBack(mail: SmtpMail): void
  record(mail: SmtpMail, outcome: Outcome): void
}

const refused = (reason: SmtpRefusal['reason'], detail: string): SmtpRefusal => ({
  kind: 'refused',
  permanent: true,
  reason,
  detail,
})

/** A mail that may be sent, or why none ever may. */
export function prepare(
  index: number,
  from: string,
  { to, cc = [] }: { to: string; cc?: readonly string[] },
  message: Uint8Array<ArrayBuffer>,
): SmtpMail | SmtpRefusal {
  if (!isMailbox(to)) return refused('bad-address', 'an address that mail servers in general do not take')
  const wire = toWire(message)
  if (wire === null) return refused('invalid-content', 'the mail has a line that may not be sent')
  return { index, from, to, cc: cc.filter(isMailbox), wire, isEightBit: wire.some((byte) => byte > 0x7f) }
}
