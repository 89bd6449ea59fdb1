import type { ComposedMail, MailStream, SentCall } from '../../delivery/mail-stream.ts'
import { mayDeliver } from '../../transports/reserved-domains.ts'
import type { Outcome, RefusalReason, Transport } from '../../transports/transport.ts'
import { findErased } from '../writers/erasure.ts'
import { composeMail, type LetterMailContext } from './letter-mail.ts'
import type { LetterRow } from './letter-rows.ts'

/** Refusals that say a mailbox takes no letters: the next would come back, too, and harm every mail of the sender. */
const DEAD_MAILBOX: ReadonlySet<RefusalReason> = new Set(['bad-address', 'suppressed'])

/** A provider may mean an address in Cc, and does not say which: nothing can be concluded of the target. */
const MAY_MEAN_CC: ReadonlySet<RefusalReason> = new Set([...DEAD_MAILBOX, 'invalid-content'])
const WITHOUT_CC: Outcome = {
  kind: 'refused',
  permanent: false,
  reason: 'mailbox-unavailable',
  detail: 'refused with others in Cc; it goes again without them',
}

/**
 * The letters of a campaign. Each mail goes to one addressee; its batch is all whose words it carries, known by the rows of what they
 * wrote. At an answer that a mailbox is dead nothing more is sent to its addressee.
 */
export function letterStream(sending: LetterMailContext & { env: Env }): MailStream<readonly LetterRow[]> {
  const { env, slug, state } = sending
  return {
    ledger: state.ledger,
    keyOf: (head) => `tocsin/letters/${slug}/${head.id}/${head.generation}`,
    mailsIn: () => 1, // however many wrote it
    read: (head) => state.rows.inBatch(head.id),
    async suppressed(rows, positions) {
      const writers = positions.flatMap((position) => rows[position] ?? [])
      const erased = await findErased(
        env,
        writers.map(({ fingerprint, confirmedAt }) => ({ fingerprint, at: confirmedAt })),
      )
      return new Set(positions.filter((position) => erased.has(rows[position]?.fingerprint ?? '')))
    },
    async compose(head, rows, positions, transport): Promise<ComposedMail> {
      try {
        return forTransport(transport, await composeMail(sending, head, rows, positions), positions)
      } catch (error) {
        return { kind: 'unusable', reason: error instanceof Error ? error.message : String(error) }
      }
    },
    outcomesOf,
    answered(answer, call) {
      const { id } = call.head
      if (isRefusedWithCc(answer, call)) state.leaveOutCc(id)
      else if (isRefusedFor(firstOf(answer), DEAD_MAILBOX)) state.recordDeadMailbox(id)
    },
    split: () => Promise.reject(new Error('a mail has one recipient and cannot be split')),
  }
}

/** As this transport may carry it: an address in Cc that it may not is left out, and not the mail. */
function forTransport(
  transport: Pick<Transport, 'captive'>,
  { cc = [], ...mail }: Awaited<ReturnType<typeof composeMail>>,
  positions: readonly number[],
): ComposedMail {
  const carried = cc.filter(({ address }) => mayDeliver(transport, address))
  const isReachable = mail.recipients.every(({ to }) => mayDeliver(transport, to.address))
  return {
    kind: 'composed',
    mail: carried.length === 0 ? mail : { ...mail, cc: carried },
    barred: isReachable ? [] : positions,
  }
}

/** One outcome for the mail is one for each whose words it carries; of an unknown one nothing is said of anybody. */
export function outcomesOf(answer: Outcome | Outcome[], call: SentCall): Outcome | Outcome[] {
  const first = firstOf(answer)
  if (first === undefined) return { kind: 'unknown', reason: 'answered for nobody' }
  if (isRefusedWithCc(answer, call)) return WITHOUT_CC
  if (call.positions.length === 1 || first.kind === 'unknown') return answer
  // That a repetition is refused whole says nothing of the first call.
  if (call.again && first.kind === 'refused' && !Array.isArray(answer)) return answer
  return call.positions.map(() => first)
}

const firstOf = (answer: Outcome | Outcome[]): Outcome | undefined => [answer].flat()[0]

const isRefusedWithCc = (answer: Outcome | Outcome[], { mail }: SentCall): boolean =>
  mail.cc !== undefined && isRefusedFor(firstOf(answer), MAY_MEAN_CC)

const isRefusedFor = (outcome: Outcome | undefined, reasons: ReadonlySet<RefusalReason>): boolean =>
  outcome?.kind === 'refused' && outcome.permanent && reasons.has(outcome.reason)
