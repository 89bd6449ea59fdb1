import { DATA, FINAL_DOT, mailFrom, RSET, rcptTo } from './commands.ts'
import { ConnectionFault } from './fault.ts'
import type { SmtpMail } from './mail.ts'
import { concernsAll, refusalOf, type SmtpRefusal, type Stage } from './refusals.ts'
import type { SmtpReply } from './reply.ts'
import { AccessRefused, type Session, type Timeouts } from './session.ts'

/** One command of an envelope, and the stage that its refusal belongs to. */
export type EnvelopeStep = { stage: Extract<Stage, 'sender' | 'recipient' | 'data'> | 'copy' | 'reset'; line: string }

/** Commands of a mail before its message: RSET if needed, MAIL, RCPT and DATA. */
export const stepsOf = ({ capabilities, unfinished }: Session, mail: SmtpMail): EnvelopeStep[] => [
  ...(unfinished ? [{ stage: 'reset', line: RSET } as const] : []),
  { stage: 'sender', line: mailFrom(mail.from, mail.wire.length, capabilities, mail.isEightBit) },
  { stage: 'recipient', line: rcptTo(mail.to) },
  ...mail.cc.map((copied): EnvelopeStep => ({ stage: 'copy', line: rcptTo(copied) })),
  { stage: 'data', line: DATA },
]

/**
 * Whether the commands may be sent together. Not with Cc: if To is refused but Cc accepted, `sendNothing` would send Cc an
 * empty mail.
 */
export const maySendInOneGo = ({ capabilities }: Session, { cc }: SmtpMail): boolean =>
  capabilities.pipelining && cc.length === 0

export const inOneGo = (steps: readonly EnvelopeStep[]): string => steps.map(({ line }) => line).join('')

/** Result of an envelope. Null: the server expects the message. Otherwise the refusal, and whether the server closes (421). */
type EnvelopeVerdict = null | { refusal: SmtpRefusal; hangsUp: boolean }

/**
 * Reads the replies to an envelope. `isOut`: the commands were already sent together; otherwise sends them one by one.
 * @throws ConnectionFault, or AccessRefused when every other mail would be refused too.
 */
export async function sendEnvelope(
  session: Session,
  steps: readonly EnvelopeStep[],
  isOut: boolean,
  timeouts: Timeouts,
): Promise<EnvelopeVerdict> {
  const { lines } = session
  const no = new Map<EnvelopeStep['stage'], SmtpRefusal>()
  session.unfinished = true
  for (const { stage, line } of steps) {
    if (!isOut) await lines.write(line, timeouts.command)
    const reply = await lines.reply(timeouts.command)
    if (isYes(stage, reply)) continue
    if (reply.code < 400) throw new ConnectionFault('protocol', `sent the unexpected reply ${reply.code}`)
    if (stage === 'reset') throw new ConnectionFault('protocol', 'refused RSET')
    if (stage === 'copy') {
      if (reply.code === 421) return { refusal: refusalOf(reply, 'recipient'), hangsUp: true }
      continue // the mail is sent without this copy
    }
    if (concernsAll(reply, stage)) throw new AccessRefused(refusalOf(reply, stage))
    no.set(stage, refusalOf(reply, stage))
    if (reply.code === 421) return { refusal: refusalOf(reply, stage), hangsUp: true }
    if (!isOut) break // further commands would get 503
  }
  const [refusal] = no.values() // the first refusal caused the others
  if (refusal === undefined) return null
  if (isOut && !no.has('data')) await sendNothing(session, no, timeouts)
  return { refusal, hangsUp: false }
}

/**
 * Ends a DATA that the server accepted after refusing the recipient, with a single dot (RFC 2920 §3.1). The empty message has
 * no recipient and usually gets 554; without it, further commands would be read as mail.
 */
async function sendNothing(
  { lines }: Session,
  no: ReadonlyMap<EnvelopeStep['stage'], SmtpRefusal>,
  timeouts: Timeouts,
): Promise<void> {
  if (!no.has('recipient')) throw new ConnectionFault('protocol', 'accepted DATA after it refused the sender')
  await lines.write(FINAL_DOT, timeouts.block)
  await lines.reply(timeouts.finalDot)
}

/** Whether a reply accepts a command (RFC 5321 §4.3.2): 251 forwards, 252 will try, and DATA needs 354. */
const isYes = (stage: EnvelopeStep['stage'], { code }: SmtpReply): boolean =>
  stage === 'data'
    ? code === 354
    : code === 250 || ((stage === 'recipient' || stage === 'copy') && (code === 251 || code === 252))
