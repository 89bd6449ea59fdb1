import type { BatchHeader } from '../../delivery/batch.ts'
import type { PauseReason } from '../../delivery/pause-reason.ts'
import { meterTransport } from '../../delivery/quota/metered-transport.ts'
import { type MeteredTransport, type SliceEnd, sendSlice } from '../../delivery/send-loop.ts'
import type { SuspectedRefusals } from '../../delivery/suspected-refusals.ts'
import { sha256, toHex } from '../../kit/bytes.ts'
import { senderQuotaOf } from '../../objects.ts'
import { mayDeliver } from '../../transports/reserved-domains.ts'
import { selectTransport } from '../../transports/select-transport.ts'
import type { Batch, Outcome, RefusalReason, Transport } from '../../transports/transport.ts'
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

/** A mail that is asked for: its batch, and how many wrote what it carries. */
type PendingMail = { head: BatchHeader; people: number; hasCc: boolean }

type LetterSendDeps = LetterMailContext & {
  env: Env
  suspectedRefusals: SuspectedRefusals
  mayGoOn(): boolean
  blockedBy(): PauseReason | null
  onCall(): void
}

/**
 * Sends the mails that are due, by the same loop as appeals: each has one recipient, and a batch is all whose words it carries. At the
 * first answer that a mailbox is dead it stops writing to that desk.
 */
export async function sendLetters(deps: LetterSendDeps): Promise<SliceEnd> {
  const { env, settings, slug, state } = deps
  const { ledger } = state
  const transport = selectTransport(settings, env, 'transactional')
  let pending: PendingMail | undefined // of the call under way
  let letters: readonly LetterRow[] = [] // of the mail whose turn it is
  const dead: BatchHeader[] = []
  const metered = meterTransport({
    transport: {
      ...transport,
      async send(call, key) {
        const answer = await transport.send(call, key)
        const [first] = [answer].flat()
        if (first === undefined || pending === undefined) return { kind: 'unknown', reason: 'answered for nobody' }
        if (pending.hasCc && isRefusedFor(first, MAY_MEAN_CC)) {
          state.leaveOutCc(pending.head.id)
          return WITHOUT_CC
        }
        if (isRefusedFor(first, DEAD_MAILBOX)) dead.push(pending.head)
        return spreadOutcome(answer, pending)
      },
    },
    onCall: deps.onCall,
    quota: senderQuotaOf(env, transport.name),
    request: { who: `letters/${slug}` },
    compose: async (head, positions) => {
      const mail = await mailFor(deps, transport, head, positions)
      pending = { head, people: positions.length, hasCc: mail.cc !== undefined }
      return compose(transport, mail, positions)
    },
    hasFallback: false,
  })
  try {
    return await sendSlice({
      now: Date.now,
      random: Math.random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      mayGoOn: () => dead.length === 0 && deps.mayGoOn(),
      blockedBy: deps.blockedBy,
      transports: [{ ...metered, acquire: (_people, again) => metered.acquire(1, again) }], // however many wrote it, it is one mail
      due: () => ledger.due(),
      head: (id) => ledger.head(id),
      people(id) {
        letters = state.inBatch(id)
        return ledger.people(id)
      },
      save: (head, references) => ledger.save(head, references),
      split: () => Promise.reject(new Error('a mail has one recipient and cannot be split')),
      suppressed: (writers) => findErased(env, confirmedAmong(letters, writers)),
      suspectedRefusals: deps.suspectedRefusals,
      idempotencyKey: (head) => `tocsin/letters/${slug}/${head.id}/${head.generation}`,
    })
  } catch (error) {
    if (!(error instanceof UnreadableLetter)) throw error
    state.markUnreadable(error.id, error.message)
    return { kind: 'held' }
  } finally {
    for (const { id } of dead) state.recordDeadMailbox(id)
    await metered.flush()
  }
}

/** One answer for the mail is one for each whose words it carries; of an unknown one nothing is said of anybody. */
function spreadOutcome(answer: Outcome | Outcome[], { head, people }: PendingMail): Outcome | Outcome[] {
  if (people === 1) return answer
  const [one] = [answer].flat()
  if (one === undefined || one.kind === 'unknown') return answer
  // That a repetition is refused whole says nothing of the first call.
  if (head.state === 'attempted' && one.kind === 'refused' && !Array.isArray(answer)) return answer
  return Array.from({ length: people }, () => one)
}

const confirmedAmong = (letters: readonly LetterRow[], writers: readonly string[]) =>
  letters.flatMap(({ fingerprint, taken }) => (writers.includes(fingerprint) ? [{ fingerprint, at: taken }] : []))

/** One mail cannot be made; the others can. */
class UnreadableLetter extends Error {
  readonly id: number
  constructor(id: number, message: string) {
    super(message)
    this.id = id
  }
}

/** As this transport may carry it: an address in Cc that it may not is left out, and not the mail. */
async function mailFor(
  deps: LetterSendDeps,
  transport: Transport,
  head: BatchHeader,
  positions: readonly number[],
): Promise<Batch> {
  const { cc = [], ...mail } = await composeMail(deps, head, positions).catch((error: unknown) => {
    throw new UnreadableLetter(head.id, error instanceof Error ? error.message : String(error))
  })
  const carried = cc.filter(({ address }) => mayDeliver(transport, address))
  return carried.length === 0 ? mail : { ...mail, cc: carried }
}

async function compose(
  transport: Transport,
  mail: Batch,
  positions: readonly number[],
): ReturnType<MeteredTransport['compose']> {
  const call = await transport.compose(mail)
  const hash = `${toHex(await sha256(call.body))}/${await transport.account()}`
  const reachable = mail.recipients.every(({ to }) => mayDeliver(transport, to.address))
  return { call, hash, barred: reachable ? [] : [...positions] }
}

const isRefusedFor = (outcome: Outcome, reasons: ReadonlySet<RefusalReason>): boolean =>
  outcome.kind === 'refused' && outcome.permanent && reasons.has(outcome.reason)
