import { LEFT_OUT } from '../../delivery/batch.ts'
import type { ComposedMail, MailStream, SentCall } from '../../delivery/mail-stream.ts'
import { errorMessage } from '../../kit/result.ts'
import { mayDeliver } from '../../transports/reserved-domains.ts'
import type { Batch, Outcome, RefusalReason, Transport } from '../../transports/transport.ts'
import { findErased } from '../writers/erasure.ts'
import { recordDeadMailbox } from './cancel-letters.ts'
import type { LetterRow } from './letter-rows.ts'
import { composeMail, type LetterMailContext } from './mail/letter-mail.ts'

/** Refusals that mean a mailbox is dead. Further letters would bounce and harm the sender's reputation. */
const DEAD_MAILBOX: ReadonlySet<RefusalReason> = new Set(['bad-address', 'suppressed'])

/** Refusals that an address in Cc may have caused. Providers do not say which address, so the target is not stopped. */
const MAY_MEAN_CC: ReadonlySet<RefusalReason> = new Set([...DEAD_MAILBOX, 'invalid-content'])
const WITHOUT_CC: Outcome = {
  kind: 'refused',
  permanent: false,
  reason: 'mailbox-unavailable',
  detail: 'refused with addresses in Cc; it is sent again without Cc',
}

/**
 * The letters of a campaign as a stream for the send loop. Each mail goes to one addressee; the people of its batch are the writers of the
 * letters in it. A refusal that means a dead mailbox stops the addressee.
 */
export function letterStream(sending: LetterMailContext & { env: Env }): MailStream<readonly LetterRow[]> {
  const { env, slug, state } = sending
  return {
    ledger: state.ledger,
    keyOf: (head) => `tocsin/letters/${slug}/${head.id}/${head.generation}`,
    mailsIn: () => 1, // a digest is one mail, however many writers it has
    read: (head) => state.rows.inBatch(head.id),
    async suppressed(rows, positions) {
      const writers = positions.flatMap((position) => rows[position] ?? [])
      const erased = await findErased(
        env,
        writers.map(({ fingerprint, confirmedAt }) => ({ fingerprint, at: confirmedAt })),
      )
      return new Set(positions.filter((position) => erased.has(rows[position]?.fingerprint ?? '')))
    },
    async compose(head, rows, positions, { transport, at }): Promise<ComposedMail> {
      try {
        const { unreadable, mail } = await composeMail(sending, head, rows, positions)
        return mail === null
          ? { kind: 'unusable', reason: LEFT_OUT }
          : { ...forTransport(transport, { ...mail, date: at }, positions), unreadable }
      } catch (error) {
        return { kind: 'unusable', reason: errorMessage(error) }
      }
    },
    outcomesOf,
    answered(answer, call) {
      const { id } = call.head
      keepReason(state, call)
      if (isRefusedWithCc(answer, call)) state.rows.leaveOutCc(id)
      else if (isRefusedFor(firstOf(answer), DEAD_MAILBOX)) recordDeadMailbox(state, id)
    },
    split: () => Promise.reject(new Error('a mail has one recipient and cannot be split')),
  }
}

/** The mail as this transport may carry it: without Cc addresses that it may not deliver to. */
function forTransport(
  transport: Pick<Transport, 'captive'>,
  { cc = [], ...mail }: Batch,
  positions: readonly number[],
): Extract<ComposedMail, { kind: 'composed' }> {
  const carried = cc.filter(({ address }) => mayDeliver(transport, address))
  const isReachable = mail.recipients.every(({ to }) => mayDeliver(transport, to.address))
  return {
    kind: 'composed',
    mail: carried.length === 0 ? mail : { ...mail, cc: carried },
    barred: isReachable ? [] : positions,
  }
}

/**
 * The outcomes of a call: the one outcome of the mail, repeated for each writer in it. An unknown outcome stays single, and so does the
 * refusal of a repeated call.
 */
export function outcomesOf(answer: Outcome | Outcome[], call: SentCall): Outcome | Outcome[] {
  const first = firstOf(answer)
  if (first === undefined) return { kind: 'unknown', reason: 'the provider returned no result' }
  if (isRefusedWithCc(answer, call)) return WITHOUT_CC
  if (call.positions.length === 1 || first.kind === 'unknown') return answer
  // After the refusal of a repeated call the outcome of the first call is still unknown.
  if (call.again && first.kind === 'refused' && !Array.isArray(answer)) return answer
  return call.positions.map(() => first)
}

/** After a call that its answer settled, the batch is still uncertain about those whose part was left out: its reason says so. */
function keepReason({ ledger }: LetterMailContext['state'], { head: { id }, positions }: SentCall): void {
  const head = ledger.head(id)
  if (head?.state !== 'uncertain' || positions.some((position) => head.statuses.at(position) === 'uncertain')) return
  ledger.save({ ...head, reason: LEFT_OUT })
}

const firstOf = (answer: Outcome | Outcome[]): Outcome | undefined => [answer].flat()[0]

const isRefusedWithCc = (answer: Outcome | Outcome[], { mail }: SentCall): boolean =>
  mail.cc !== undefined && isRefusedFor(firstOf(answer), MAY_MEAN_CC)

const isRefusedFor = (outcome: Outcome | undefined, reasons: ReadonlySet<RefusalReason>): boolean =>
  outcome?.kind === 'refused' && outcome.permanent && reasons.has(outcome.reason)
