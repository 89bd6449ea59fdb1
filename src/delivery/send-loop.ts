import type { Transition } from '../events/domain-event.ts'
import type { Call, Outcome } from '../transports/transport.ts'
import type { BatchHeader } from './batch.ts'
import * as batch from './batch.ts'
import { toTransition } from './batch-events.ts'
import { nextBatches, selectTransport, type TransportHolds } from './failover.ts'
import type { MailStream, SentCall } from './mail-stream.ts'
import type { PauseReason } from './pause-reason.ts'
import type { MeteredTransport } from './quota/metered-transport.ts'
import { asRecipientRefusals, isSingleAccountRefusal } from './recipient-refusals.ts'
import { type Settlement, settle } from './settlement.ts'
import { SUSPECTED_REFUSALS_LIMIT, type SuspectedRefusals } from './suspected-refusals.ts'

/** What the loop needs of the world around it; everything in it may fail, and nothing in it decides. */
export type SendWorld = {
  now(): number
  random(): number
  sleep(milliseconds: number): Promise<void>
  /** False once a pause or cancel has arrived, or the slice's time is up. Read without an await before every call (I5). */
  mayGoOn(): boolean
  /** Why nothing of this campaign may be sent now. */
  blockedBy(): PauseReason | null
  /** The main one first, then its fallback. */
  transports: readonly MeteredTransport[]
  /** They outlive a slice. */
  suspected: SuspectedRefusals
}

export type SliceEnd =
  | { kind: 'done' } // nobody is waiting any more
  | { kind: 'held' } // paused, cancelled, or the slice is over
  | { kind: 'later'; at: number } // nothing is due before
  | { kind: 'stopped'; reason: PauseReason } // a person has to do something first

type Slice<Content> = { stream: MailStream<Content>; world: SendWorld; holds: TransportHolds }

/** Milliseconds for which a slice does not ask again of an account that has refused it; the account's quota knows better when. */
const REFUSED_MS = 60_000

/** Sends what is due, batch after batch, until there is nothing to do, no time left or no leave to go on. */
export async function sendSlice<Content>(stream: MailStream<Content>, world: SendWorld): Promise<SliceEnd> {
  const slice: Slice<Content> = { stream, world, holds: new Map() }
  while (world.mayGoOn()) {
    const next = nextBatches(withoutSuspected(slice), world.transports, slice.holds, world.now())
    if (next.kind === 'done') refuseSuspected(slice)
    if (next.kind !== 'batches') return next
    for (const id of next.ids) {
      const stopped = await sendNext(slice, id)
      if (stopped !== null) return { kind: 'stopped', reason: stopped }
      if (!world.mayGoOn() || stream.ledger.head(id) === undefined) break // halved: its halves come next
    }
  }
  return { kind: 'held' }
}

function* withoutSuspected<Content>({ stream, world }: Slice<Content>): Iterable<BatchHeader> {
  for (const head of stream.ledger.due()) if (!world.suspected.has(head.id)) yield head
}

/** The refusals were meant for the people, not the account: the transport has taken somebody since, or nobody is left to tell by. */
function refuseSuspected<Content>({ stream: { ledger }, world }: Slice<Content>, transport?: string): void {
  for (const id of world.suspected.drain(transport)) {
    const head = batch.refuseWaiting(ledger.head(id))
    if (head !== null) ledger.save(head)
  }
}

/** Sends one batch by the first transport that has leave; without one, it stays for a later pass. */
async function sendNext<Content>(slice: Slice<Content>, id: number): Promise<PauseReason | null> {
  const { stream, world, holds } = slice
  for (;;) {
    const head = stream.ledger.head(id)
    if (!isOpen(head) || head.dueAt > world.now() || !world.mayGoOn()) return null
    const choice = selectTransport(head, world.transports, holds, world.now())
    if (choice.kind === 'wait') return null
    if (choice.kind === 'gone') {
      const reason = `unanswered by ${head.via}, which is no longer set: it cannot be asked again`
      stream.ledger.save(batch.giveUp(head, reason))
      return null
    }
    const transport = choice.transport
    const permit = await transport.acquire(stream.mailsIn(head), head.state === 'attempted')
    if (!permit.go) {
      holds.set(transport.name, permit)
      continue
    }
    if (permit.waitMs > 0) await world.sleep(permit.waitMs)
    const end = await sendBatch(slice, transport, id)
    if (end?.blockedBy !== undefined) return end.blockedBy
    if (end?.refused !== undefined) {
      const { kind: reason, detail } = end.refused
      holds.set(transport.name, { why: 'refused', until: world.now() + REFUSED_MS, reason, detail })
    }
    return null
  }
}

const isOpen = (head: BatchHeader | undefined): head is BatchHeader =>
  head?.state === 'waiting' || head?.state === 'attempted'

/** Why it stopped: the campaign must not be sent, or this transport's account is refused. */
type StopCause = { blockedBy?: PauseReason; refused?: PauseReason }

/** DESIGN §5.3, steps 1 to 3, for one batch. */
async function sendBatch<Content>(
  slice: Slice<Content>,
  transport: MeteredTransport,
  id: number,
): Promise<StopCause | null> {
  const { stream, world } = slice
  const found = stream.ledger.head(id)
  if (!isOpen(found) || !world.mayGoOn()) return null
  const blockedBy = world.blockedBy()
  if (blockedBy !== null) return { blockedBy }

  const prepared = await prepare(slice, transport, found)
  if (prepared.kind === 'closed') {
    stream.ledger.save(prepared.next)
    return null
  }
  // From here to the call there is no await: a pause that was acknowledged is never followed by a call.
  if (prepared.kind === 'held' || !world.mayGoOn()) return null
  const { again, call, hash, mail, positions } = prepared
  const attempted = again ? found : batch.startAttempt(prepared.head, hash, transport.name, world.now())
  if (!again) stream.ledger.save(attempted)
  const answer = await transport.send(call, stream.keyOf(attempted))
  const sent: SentCall = { head: attempted, positions, mail, again }
  const stopped = await recordAnswer(slice, transport.name, sent, stream.outcomesOf(answer, sent))
  stream.answered(answer, sent)
  return stopped
}

type Prepared =
  | ({ kind: 'ready'; call: Call; hash: string } & SentCall)
  | ({ kind: 'closed' } & Transition<BatchHeader>) // there is no call to be made for it
  | { kind: 'held' }

/** Takes out whoever must not be written to, and makes the call for the others. */
async function prepare<Content>(
  { stream, world }: Slice<Content>,
  transport: MeteredTransport,
  found: BatchHeader,
): Promise<Prepared> {
  const close = (next: BatchHeader): Prepared => ({ kind: 'closed', ...toTransition(found, next, world.now()) })
  const again = found.state === 'attempted'
  if (again && !batch.mayRepeat(found, transport.idempotencySeconds, world.now()))
    return close(batch.giveUp(found, found.reason || 'no answer, and the runtime was restarted'))

  const content = stream.read(found)
  const waiting = batch.waitingPositions(found)
  const suppressed = await stream.suppressed(content, waiting)
  if (again && suppressed.size > 0) {
    const reason = 'unanswered, and somebody in it has left since: it cannot be asked again'
    return close(batch.giveUp(found, reason))
  }
  const kept = waiting.filter((position) => !suppressed.has(position))
  const remaining = batch.exclude(found, [...suppressed], 'suppressed')
  if (kept.length === 0) return close(remaining)

  const composed = await stream.compose(remaining, content, kept, transport.transport)
  if (composed.kind === 'unusable') {
    const current = stream.ledger.head(found.id)
    return isOpen(current) && world.mayGoOn() ? close(batch.giveUp(current, composed.reason)) : { kind: 'held' }
  }
  const positions = kept.filter((position) => !composed.barred.includes(position))
  const head = batch.exclude(remaining, composed.barred, 'refused')
  if (positions.length === 0)
    return close({ ...head, reason: 'reserved addresses never leave through a real transport' })

  const { call, hash } = await transport.compose(composed.mail)
  if (again && hash !== found.bodyHash) {
    const reason = 'unanswered, and its mail would no longer be the same: it cannot be asked again'
    return close(batch.giveUp(found, reason))
  }
  return { kind: 'ready', head, positions, mail: composed.mail, again, call, hash }
}

/** Everybody in the call was refused, for now or for good: nobody has it. */
const refusesAll = ({ next, split, references }: Settlement): boolean =>
  references.length === 0 && (split === true || (next.state === 'waiting' && !next.statuses.any('accepted')))

/** While the call was under way the batch may have been cancelled into uncertainty; a definite answer still settles it. */
async function recordAnswer<Content>(
  slice: Slice<Content>,
  transport: string,
  { head: attempted, positions, again }: SentCall,
  answer: Outcome | Outcome[],
): Promise<StopCause | null> {
  const { stream, world } = slice
  const { ledger } = stream
  if ([answer].flat().some(({ kind }) => kind === 'accepted')) {
    world.suspected.recordAccepted(transport)
    refuseSuspected(slice, transport)
  }
  const acceptsOthers = () => attempted.statuses.any('accepted') || world.suspected.consumeAccepted(transport)
  const outcomes = isSingleAccountRefusal(answer) && acceptsOthers() ? asRecipientRefusals(answer) : answer
  const current = ledger.head(attempted.id)
  if (current === undefined || current.generation !== attempted.generation) return null
  const settled = settle(attempted, positions, outcomes, world.now(), world.random(), again)
  if (current.state === 'uncertain') {
    if (settled.next.state === 'settled') ledger.save(settled.next, settled.references)
    else if (!again && refusesAll(settled)) ledger.save(batch.cancelUnsent(current, positions))
    return null
  }
  if (current.state !== 'attempted') return null
  if (settled.split) await stream.split(attempted)
  else ledger.save(settled.next, settled.references)
  if (settled.suspect !== undefined) return suspect(world, transport, attempted.id, settled.suspect.detail)
  return settled.stop === undefined ? null : { refused: settled.stop }
}

function suspect({ suspected }: SendWorld, transport: string, id: number, detail: string): StopCause | null {
  if (suspected.add(transport, id) < SUSPECTED_REFUSALS_LIMIT) return null
  suspected.drain(transport) // they wait like everybody else: whoever resumes has put it right, or it stops again
  const sentence =
    `${transport} refused ${SUSPECTED_REFUSALS_LIMIT} people one after another and took nobody between (${detail}): they still wait. ` +
    'See whether the mail, the sender or the account is at fault there, put it right, then resume'
  return { blockedBy: { kind: 'content-refused', detail: sentence } }
}
