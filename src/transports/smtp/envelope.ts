import { DATA, FINAL_DOT, mailFrom, RSET, rcptTo } from './commands.ts'
import { ConnectionFault } from './fault.ts'
import type { SmtpMail } from './mail.ts'
import { concernsAll, refusalOf, type SmtpRefusal, type Stage } from './refusals.ts'
import type { SmtpReply } from './reply.ts'
import { AccessRefused, type Session, type Timeouts } from './session.ts'

/** One command of an envelope: its line, and the stage a refusal of it belongs to. */
export type EnvelopeStep = { stage: Extract<Stage, 'sender' | 'recipient' | 'data'> | 'copy' | 'reset'; line: string }

/** Everything up to the message itself. */
export const stepsOf = ({ capabilities, unfinished }: Session, mail: SmtpMail): EnvelopeStep[] => [
  ...(unfinished ? [{ stage: 'reset', line: RSET } as const] : []),
  { stage: 'sender', line: mailFrom(mail.from, mail.wire.length, capabilities, mail.isEightBit) },
  { stage: 'recipient', line: rcptTo(mail.to) },
  ...mail.cc.map((copied): EnvelopeStep => ({ stage: 'copy', line: rcptTo(copied) })),
  { stage: 'data', line: DATA },
]

/**
 * Whether the commands may go out together. Not with Cc: to a server that refuses who is in To, takes who is in Cc and says 354, the
 * single dot of `sendNothing` would be an empty mail for the latter.
 */
export const maySendInOneGo = ({ capabilities }: Session, { cc }: SmtpMail): boolean =>
  capabilities.pipelining && cc.length === 0

export const inOneGo = (steps: readonly EnvelopeStep[]): string => steps.map(({ line }) => line).join('')

/** Null: the server waits for the message. Otherwise why it does not want it, and whether it hangs up (421). */
export type EnvelopeVerdict = null | { refusal: SmtpRefusal; hangsUp: boolean }

/**
 * Hears what a server says to an envelope: one that is out already, or one whose commands go one by one where it cannot pipeline.
 * @throws ConnectionFault, or NotLetIn when every other mail would fare the same.
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
    if (reply.code < 400) throw new ConnectionFault('protocol', `answered ${reply.code} where that has no meaning`)
    if (stage === 'reset') throw new ConnectionFault('protocol', 'does not reset')
    if (stage === 'copy') {
      if (reply.code === 421) return { refusal: refusalOf(reply, 'recipient'), hangsUp: true }
      continue // the mail is for whoever is in To: it goes without this copy
    }
    if (concernsAll(reply, stage)) throw new AccessRefused(refusalOf(reply, stage))
    no.set(stage, refusalOf(reply, stage))
    if (reply.code === 421) return { refusal: refusalOf(reply, stage), hangsUp: true }
    if (!isOut) break // the commands that follow would be answered with 503
  }
  const [refusal] = no.values() // what came first caused the rest
  if (refusal === undefined) return null
  if (isOut && !no.has('data')) await sendNothing(session, no, timeouts)
  return { refusal, hangsUp: false }
}

/**
 * RFC 2920 §3.1: a server that refused the recipient and says 354 all the same is given a single dot. It has nobody to send
 * the empty message to, and commonly answers 554; a client that went on without would have its commands read as mail.
 */
async function sendNothing(
  { lines }: Session,
  no: ReadonlyMap<EnvelopeStep['stage'], SmtpRefusal>,
  timeouts: Timeouts,
): Promise<void> {
  if (!no.has('recipient')) throw new ConnectionFault('protocol', 'wants a message whose sender it refused')
  await lines.write(FINAL_DOT, timeouts.block)
  await lines.reply(timeouts.finalDot)
}

/** RFC 5321 §4.3.2: 251 forwards, 252 will try; DATA goes on with 354 only. */
const isYes = (stage: EnvelopeStep['stage'], { code }: SmtpReply): boolean =>
  stage === 'data'
    ? code === 354
    : code === 250 || ((stage === 'recipient' || stage === 'copy') && (code === 251 || code === 252))
