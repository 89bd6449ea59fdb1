import type { Outcome } from '../transport.ts'
import { ConnectionFault } from './fault.ts'
import type { MailQueue, SmtpMail } from './mail.ts'
import type { MailOutcomes } from './outcomes.ts'
import { MAILS_PER_CONNECTION, sendPipelined } from './pipeline.ts'
import type { SessionPool } from './pool.ts'
import type { SmtpRefusal } from './refusals.ts'
import { AccessRefused, closeSession, openSession, type ServerAccess, type Session } from './session.ts'

/** Mails that justify another connection, whose handshakes take five to eight round trips. */
const MAILS_WORTH_A_CONNECTION = 8
/** Consecutive failed connections after which the remaining mails wait for another call. */
const MAX_FAILURES = 2
/** Milliseconds after which a call starts no more mails: roughly the length of a lane's slice. */
const BEGIN_WITHIN_MS = 60_000

type SmtpDelivery = {
  access: ServerAccess
  pool: SessionPool
  connections: number
  outcomes: MailOutcomes
  now(): number
}

/**
 * Delivers mails over several connections and records each outcome. Returns the refusal for mails that were not started. The
 * first connection opens alone, so that a wrong password is tried only once.
 */
export async function deliver(mails: readonly SmtpMail[], delivery: SmtpDelivery): Promise<SmtpRefusal> {
  const { access, pool, connections, outcomes, now } = delivery
  const queue = [...mails]
  const until = now() + BEGIN_WITHIN_MS
  let isSilent = false // a mail has an unknown outcome: start no more mails
  const mayBegin = () => queue.length > 0 && !isSilent && outcomes.stop === null && now() < until
  const load: MailQueue = {
    take: () => (mayBegin() ? (queue.shift() ?? null) : null),
    putBack: (mail) => queue.unshift(mail),
    record({ index }: SmtpMail, outcome: Outcome) {
      isSilent ||= outcome.kind === 'unknown'
      outcomes.record(index, outcome)
    },
  }
  let last = notBegun('the call ran out of time')

  /** Sends mails over one connection after another, until none are left or connections keep failing. */
  async function work(first: Session): Promise<void> {
    let failures = 0
    let session: Session | null = first
    while (mayBegin() && failures < MAX_FAILURES) {
      let before = 0
      try {
        session ??= await openSession(access)
        before = session.sent
        await sendPipelined(session, load, access.timeouts)
        if (session.sent < MAILS_PER_CONNECTION) break
        await closeSession(session, access.timeouts)
        session = null
      } catch (error) {
        last = reasonOf(error)
        const isOver = error instanceof AccessRefused
        if (isOver && session !== null) outcomes.refuseAll(error.refusal)
        failures = session !== null && session.sent > before ? 0 : failures + 1
        await session?.lines.close()
        session = null
        if (isOver) return
      }
    }
    if (session !== null) await pool.put(session)
  }

  /** Opens a further connection. Refusals are ignored, because servers limit connections per client. */
  async function assist(): Promise<void> {
    const session = pool.take() ?? (await openSession(access).catch(() => null))
    if (session !== null) await work(session)
  }

  try {
    const first = pool.take() ?? (await openSession(access))
    const share = Math.ceil(queue.length / MAILS_WORTH_A_CONNECTION)
    const others = Math.min(connections, share) - 1
    await Promise.all([work(first), ...Array.from({ length: Math.max(0, others) }, assist)])
  } catch (error) {
    last = reasonOf(error)
  }
  return last
}

const notBegun = (detail: string): SmtpRefusal => ({ kind: 'refused', permanent: false, reason: 'unavailable', detail })

/** Refusal that explains a failed connection. */
export function reasonOf(error: unknown): SmtpRefusal {
  if (error instanceof AccessRefused) return error.refusal
  return notBegun(error instanceof ConnectionFault ? `the server ${error.message}` : 'the connection failed')
}
