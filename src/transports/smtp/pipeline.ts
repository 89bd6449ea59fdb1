import type { Outcome } from '../transport.ts'
import { FINAL_DOT } from './commands.ts'
import { type EnvelopeStep, inOneGo, maySendInOneGo, sendEnvelope, stepsOf } from './envelope.ts'
import { ConnectionFault } from './fault.ts'
import type { MailQueue, SmtpMail } from './mail.ts'
import { referenceIn, refusalOf, type SmtpRefusal } from './refusals.ts'
import type { SmtpReply } from './reply.ts'
import { AccessRefused, type Session, type Timeouts } from './session.ts'

/** Messages per connection: servers commonly close one after 100. */
export const MAILS_PER_CONNECTION = 100

/**
 * Sends mails over one connection until none are left, and records each outcome. With PIPELINING (RFC 2920 §3.1) MAIL, RCPT and
 * DATA follow the final dot of the previous mail: one round trip per mail. After the final dot is begun, silence means
 * *unknown*; before it, *refused for now*.
 * @throws ConnectionFault or AccessRefused when the connection is unusable. Every taken mail is then recorded or put back.
 */
export async function sendPipelined(session: Session, queue: MailQueue, timeouts: Timeouts): Promise<void> {
  const { lines } = session
  const wasUsedBefore = session.sent > 0
  let isFirst = true
  let mail = takeNext(session, queue)
  let out: readonly EnvelopeStep[] | null = null // the envelope of `mail`, if already sent
  while (mail !== null) {
    const current: SmtpMail = mail
    let next: SmtpMail | null = null
    let isOpen = true // no outcome of `mail` is recorded yet
    let isDotBegun = false
    const record = (outcome: Outcome) => {
      isOpen = false
      queue.record(current, outcome)
    }
    try {
      const steps: readonly EnvelopeStep[] = out ?? stepsOf(session, current)
      const isInOneGo = maySendInOneGo(session, current)
      if (out === null && isInOneGo) await lines.write(inOneGo(steps), timeouts.command)
      const verdict = await sendEnvelope(session, steps, isInOneGo, timeouts)
      out = null
      if (verdict?.hangsUp && session.sent > 0) throw new ServerClosed()
      if (verdict !== null) {
        record(verdict.refusal)
        if (verdict.hangsUp) throw new ServerClosed()
        mail = takeNext(session, queue)
        continue
      }
      await lines.write(current.wire, timeouts.block)
      next = takeNext(session, queue, 1)
      session.unfinished = false // the final dot ends the transaction, whatever the reply (RFC 5321 §4.1.1.4)
      out = next !== null && maySendInOneGo(session, next) ? stepsOf(session, next) : null
      isDotBegun = true
      await lines.write(FINAL_DOT + inOneGo(out ?? []), timeouts.block)
      const reply = await lines.reply(timeouts.finalDot)
      session.sent++
      record(outcomeOf(reply))
      if (reply.code === 421) throw new ServerClosed()
      isFirst = false
      mail = next
    } catch (error) {
      if (isOpen) {
        // A closed idle connection and a 421 after many mails do not concern this mail.
        const isAboutUs = error instanceof AccessRefused || error instanceof ServerClosed || (wasUsedBefore && isFirst)
        if (isAboutUs && !isDotBegun) queue.putBack(current)
        else record(isDotBegun ? unknown(error) : notNow(error))
      }
      if (next !== null) queue.putBack(next)
      throw error
    }
  }
}

/** The server closes the connection with 421 (RFC 5321 §3.8). */
class ServerClosed extends ConnectionFault {
  constructor() {
    super('closed', 'ended the connection')
  }
}

/** The next mail for this connection. Mails that the server cannot accept by its capabilities are refused without sending. */
function takeNext({ sent: carried, capabilities }: Session, load: MailQueue, underWay = 0): SmtpMail | null {
  if (carried + underWay >= MAILS_PER_CONNECTION) return null
  for (;;) {
    const mail = load.take()
    if (mail === null) return null
    const fault = capabilityFault(mail, capabilities)
    if (fault === null) return mail
    load.record(mail, { kind: 'refused', permanent: true, reason: 'invalid-content', detail: fault })
  }
}

function capabilityFault(
  { wire, isEightBit }: SmtpMail,
  { maxSize, eightBitMime }: Session['capabilities'],
): string | null {
  if (maxSize !== null && wire.length > maxSize)
    return `the mail has ${wire.length} octets and the server accepts at most ${maxSize}`
  return isEightBit && !eightBitMime ? 'the mail has 8-bit text and the server does not support 8BITMIME' : null
}

/** Outcome of a mail by the reply to its final dot. */
function outcomeOf(reply: SmtpReply): Outcome {
  if (reply.code >= 400) return refusalOf(reply, 'message')
  if (reply.code >= 300) return { kind: 'unknown', reason: `unexpected reply ${reply.code} to the end of a mail` }
  const reference = referenceIn(reply)
  return { kind: 'accepted', ...(reference !== undefined && { reference }) }
}

const unknown = (error: unknown): Outcome => ({
  kind: 'unknown',
  reason: `the server had the whole mail and ${wordsOf(error)}`,
})

const notNow = (error: unknown): SmtpRefusal => ({
  kind: 'refused',
  permanent: false,
  reason: 'unavailable',
  detail: `the server ${wordsOf(error)} before it had the mail`,
})

const wordsOf = (error: unknown): string => (error instanceof ConnectionFault ? error.message : 'did not respond')
