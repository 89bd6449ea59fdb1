import type { Outcome } from '../transport.ts'
import { ConnectionFault } from './fault.ts'
import type { Load, Mail } from './mail.ts'
import type { Verdicts } from './outcomes.ts'
import { carry, MAILS_PER_CONNECTION } from './pipeline.ts'
import type { SessionPool } from './pool.ts'
import type { Refused } from './refusals.ts'
import { type Access, closeSession, NotLetIn, openSession, type Session } from './session.ts'

/** Mails that make another connection worth its handshakes, which take five to eight round trips. */
const MAILS_WORTH_A_CONNECTION = 8
/** Connections in a row that came to nothing before the rest waits for another call. */
const MAX_FAILURES = 2
/** Milliseconds after which a call begins no more mails: a slice of a lane is not much longer. */
const BEGIN_WITHIN_MS = 60_000

type Delivery = { access: Access; pool: SessionPool; connections: number; verdicts: Verdicts; now(): number }

/**
 * Delivers mails over several connections. What becomes of each is in `verdicts`; the answer is about those that were not begun.
 * The first connection is made alone, so that a wrong password is tried once and not on all of them.
 */
export async function deliver(mails: readonly Mail[], delivery: Delivery): Promise<Refused> {
  const { access, pool, connections, verdicts, now } = delivery
  const queue = [...mails]
  const until = now() + BEGIN_WITHIN_MS
  let isSilent = false // a mail was handed over and nobody knows whether it was taken: no more are put at that risk
  const mayBegin = () => queue.length > 0 && !isSilent && verdicts.stop === null && now() < until
  const load: Load = {
    take: () => (mayBegin() ? (queue.shift() ?? null) : null),
    giveBack: (mail) => queue.unshift(mail),
    tell({ index }: Mail, outcome: Outcome) {
      isSilent ||= outcome.kind === 'unknown'
      verdicts.tell(index, outcome)
    },
  }
  let last = notBegun('there was no time for it in this call')

  /** One connection after another, until there is nothing to do or they come to nothing. */
  async function work(first: Session): Promise<void> {
    let failures = 0
    let session: Session | null = first
    while (mayBegin() && failures < MAX_FAILURES) {
      let before = 0
      try {
        session ??= await openSession(access)
        before = session.carried
        await carry(session, load, access.timeouts)
        if (session.carried < MAILS_PER_CONNECTION) break
        await closeSession(session, access.timeouts)
        session = null
      } catch (error) {
        last = reasonOf(error)
        const isOver = error instanceof NotLetIn
        if (isOver && session !== null) verdicts.refuse(error.refusal)
        failures = session !== null && session.carried > before ? 0 : failures + 1
        await session?.lines.close()
        session = null
        if (isOver) return
      }
    }
    if (session !== null) await pool.put(session)
  }

  /** Further connections may be refused without harm: servers limit how many one client has. */
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

const notBegun = (detail: string): Refused => ({ kind: 'refused', permanent: false, reason: 'unavailable', detail })

/** Why there is no connection. */
export function reasonOf(error: unknown): Refused {
  if (error instanceof NotLetIn) return error.refusal
  return notBegun(error instanceof ConnectionFault ? `the server ${error.message}` : 'the connection failed')
}
