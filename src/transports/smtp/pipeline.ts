import type { Outcome } from '../transport.ts'
import { FINAL_DOT } from './commands.ts'
import { announce, inOneGo, maySendInOneGo, type Step, stepsOf } from './envelope.ts'
import { ConnectionFault } from './fault.ts'
import type { Load, Mail } from './mail.ts'
import { type Refused, referenceIn, refusalOf } from './refusals.ts'
import type { Reply } from './reply.ts'
import { NotLetIn, type Session, type Timeouts } from './session.ts'

/** Messages a connection is given before another is made: servers commonly end one at 100. */
export const MAILS_PER_CONNECTION = 100

/**
 * Carries mails over one connection until there are none, and tells of each what became of it.
 *
 * With PIPELINING (RFC 2920) MAIL, RCPT and DATA go out together, and behind the final dot of the mail before, which §3.1 allows:
 * one round trip a mail. From the moment the final dot is begun silence means *unknown*; before it, *refused for now*.
 *
 * @throws ConnectionFault or NotLetIn when the connection is good for nothing any more. By then each mail it took is told of or given back.
 */
export async function carry(session: Session, load: Load, timeouts: Timeouts): Promise<void> {
  const { lines } = session
  const wasUsedBefore = session.carried > 0
  let isFirst = true
  let mail = takeFor(session, load)
  let out: readonly Step[] | null = null // the envelope of `mail`, where it has gone out already
  while (mail !== null) {
    const current: Mail = mail
    let next: Mail | null = null
    let isOpen = true // nothing has been told of `mail` yet
    let isDotBegun = false
    const tell = (outcome: Outcome) => {
      isOpen = false
      load.tell(current, outcome)
    }
    try {
      const steps: readonly Step[] = out ?? stepsOf(session, current)
      const isInOneGo = maySendInOneGo(session, current)
      if (out === null && isInOneGo) await lines.write(inOneGo(steps), timeouts.command)
      const verdict = await announce(session, steps, isInOneGo, timeouts)
      out = null
      if (verdict?.hangsUp && session.carried > 0) throw new HungUp()
      if (verdict !== null) {
        tell(verdict.refusal)
        if (verdict.hangsUp) throw new HungUp()
        mail = takeFor(session, load)
        continue
      }
      await lines.write(current.wire, timeouts.block)
      next = takeFor(session, load, 1)
      session.unfinished = false // the final dot ends the transaction, whatever the server says to it (RFC 5321 §4.1.1.4)
      out = next !== null && maySendInOneGo(session, next) ? stepsOf(session, next) : null
      isDotBegun = true
      await lines.write(FINAL_DOT + inOneGo(out ?? []), timeouts.block)
      const reply = await lines.reply(timeouts.finalDot)
      session.carried++
      tell(outcomeOf(reply))
      if (reply.code === 421) throw new HungUp()
      isFirst = false
      mail = next
    } catch (error) {
      if (isOpen) {
        // An idle connection may have been ended meanwhile, 421 may end one that has carried enough: neither is about this mail.
        const isAboutUs = error instanceof NotLetIn || error instanceof HungUp || (wasUsedBefore && isFirst)
        if (isAboutUs && !isDotBegun) load.giveBack(current)
        else tell(isDotBegun ? unknown(error) : notNow(error))
      }
      if (next !== null) load.giveBack(next)
      throw error
    }
  }
}

/** 421: the server ends the connection (RFC 5321 §3.8). */
class HungUp extends ConnectionFault {
  constructor() {
    super('closed', 'ended the connection')
  }
}

/** The next mail this connection may carry; those the server says it cannot take are refused without asking. */
function takeFor({ carried, capabilities }: Session, load: Load, underWay = 0): Mail | null {
  if (carried + underWay >= MAILS_PER_CONNECTION) return null
  for (;;) {
    const mail = load.take()
    if (mail === null) return null
    const fault = misfit(mail, capabilities)
    if (fault === null) return mail
    load.tell(mail, { kind: 'refused', permanent: true, reason: 'invalid-content', detail: fault })
  }
}

function misfit({ wire, isEightBit }: Mail, { maxSize, eightBitMime }: Session['capabilities']): string | null {
  if (maxSize !== null && wire.length > maxSize)
    return `the mail has ${wire.length} octets and the server takes ${maxSize}`
  return isEightBit && !eightBitMime ? 'the mail is in eight bits and the server takes seven' : null
}

/** What the answer to the final dot means. */
function outcomeOf(reply: Reply): Outcome {
  if (reply.code >= 400) return refusalOf(reply, 'message')
  if (reply.code >= 300) return { kind: 'unknown', reason: `answered ${reply.code} to the end of a mail` }
  const reference = referenceIn(reply)
  return { kind: 'accepted', ...(reference !== undefined && { reference }) }
}

const unknown = (error: unknown): Outcome => ({
  kind: 'unknown',
  reason: `the server had the whole mail and ${wordsOf(error)}`,
})

const notNow = (error: unknown): Refused => ({
  kind: 'refused',
  permanent: false,
  reason: 'unavailable',
  detail: `the server ${wordsOf(error)} before it had the mail`,
})

const wordsOf = (error: unknown): string => (error instanceof ConnectionFault ? error.message : 'gave no answer')
