import type { Call, Outcome } from '../transports/transport.ts'
import type { BatchHeader } from './batch.ts'
import * as batch from './batch.ts'
import { nextBatches, selectTransport, type TransportHolds } from './failover.ts'
import type { MailStream, SentCall } from './mail-stream.ts'
import { EVERYTHING_STOPPED, HELD_AFTER, type PauseReason } from './pause-reason.ts'
import type { MeteredTransport } from './quota/metered-transport.ts'
import { asRecipientRefusals, isSingleAccountRefusal } from './refusals/recipient-refusals.ts'
import { SUSPECTED_REFUSALS_LIMIT } from './refusals/suspected-refusals.ts'
import type { SendWorld, SliceEnd } from './send-world.ts'
import { type Settlement, settle } from './settlement.ts'

/** Why people are refused although no call was made for them. */
const RESERVED = 'reserved addresses are never sent through a real transport'

type Slice<Content> = { stream: MailStream<Content>; world: SendWorld; holds: TransportHolds }

/** Milliseconds for which a slice does not use an account that has refused its call. The account's quota decides when to try again. */
const REFUSED_MS = 60_000

/** Sends due batches one after another until none is left, the budget is used up, or the dispatch is paused or cancelled. */
export async function sendSlice<Content>(stream: MailStream<Content>, world: SendWorld): Promise<SliceEnd> {
  const slice: Slice<Content> = { stream, world, holds: new Map() }
  while (world.mayGoOn()) {
    const next = nextBatches(withoutSuspected(slice), world.transports, slice.holds, world.now())
    if (next.kind === 'done') refuseSuspected(slice)
    if (next.kind !== 'batches') return next
    for (const id of next.ids) {
      const stopped = await sendNext(slice, id)
      if (stopped !== null) return { kind: 'stopped', reason: stopped }
      if (!world.mayGoOn() || stream.ledger.head(id) === undefined) break // the batch was split: its halves come next
    }
  }
  return { kind: 'held' }
}

function* withoutSuspected<Content>({ stream, world }: Slice<Content>): Iterable<BatchHeader> {
  for (const head of stream.ledger.due()) if (!world.suspected.has(head.id)) yield head
}

/**
 * Makes the suspected refusals of one transport, or of all, final. The transport has accepted another person since, or no other person is
 * left to test the account with.
 */
function refuseSuspected<Content>({ stream: { ledger }, world }: Slice<Content>, transport?: string): void {
  for (const id of world.suspected.drain(transport)) {
    const head = batch.refuseWaiting(ledger.head(id))
    if (head !== null) ledger.save(head)
  }
}

/** Sends one batch through the first transport with a permit; without a permit the batch stays for later. Returns why to stop, or null. */
async function sendNext<Content>(slice: Slice<Content>, id: number): Promise<PauseReason | null> {
  const { stream, world, holds } = slice
  for (;;) {
    const head = stream.ledger.head(id)
    if (!isOpen(head) || head.dueAt > world.now() || !world.mayGoOn()) return null
    if (head.state === 'waiting' && world.room !== undefined) {
      const room = world.room()
      if (room <= 0) return HELD_AFTER
      if (batch.waitingPositions(head).length > room) {
        await stream.split(head, room)
        return null
      }
    }
    const choice = selectTransport(head, world.transports, holds, world.now())
    if (choice.kind === 'wait') return null
    if (choice.kind === 'gone') {
      const reason = `no answer from ${head.via}, which is no longer configured: the call cannot be repeated`
      stream.ledger.save(batch.giveUp(head, reason))
      return null
    }
    const transport = choice.transport
    const permit = await transport.acquire(stream.mailsIn(head), head.state === 'attempted')
    if (!permit.go) {
      if (permit.why === 'stopped') return EVERYTHING_STOPPED
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

/** Whether another event, such as a cancel, has changed the batch since it was read. */
const hasChanged = (read: BatchHeader, current: BatchHeader | undefined): boolean =>
  current?.state !== read.state ||
  current.generation !== read.generation ||
  current.statuses.text !== read.statuses.text

/** Why sending stopped: the campaign is blocked, or the provider refuses this transport's account. */
type StopCause = { blockedBy?: PauseReason; refused?: PauseReason }

/** Sends one batch: checks and composes it, records the attempt, makes the call, records the answer. Returns why to stop, or null. */
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
  if (prepared.kind === 'ready' && !(await transport.mayBegin())) return { blockedBy: EVERYTHING_STOPPED }
  // No await from here to the call: after a pause is acknowledged, no call may begin.
  if (!world.mayGoOn() || hasChanged(found, stream.ledger.head(id))) return null
  if (prepared.kind === 'closed') {
    stream.ledger.save(prepared.next)
    return null
  }
  const { again, call, hash, mail, positions, at } = prepared
  const attempted = again ? found : batch.startAttempt(prepared.head, hash, transport.name, at)
  if (!again) stream.ledger.save(attempted)
  const { openCalls } = stream.ledger
  openCalls.add(id)
  try {
    const answer = await transport.send(call, stream.keyOf(attempted))
    const sent: SentCall = { head: attempted, positions, mail, again }
    try {
      return await recordAnswer(slice, transport.name, sent, stream.outcomesOf(answer, sent))
    } finally {
      await stream.answered(answer, sent)
    }
  } finally {
    openCalls.delete(id) // only now: the answer is recorded, so whoever asks about these people learns it
  }
}

/** A call, or the header of a batch that needs none. */
type Prepared =
  | ({ kind: 'ready'; call: Call; hash: string; at: number } & SentCall)
  | { kind: 'closed'; next: BatchHeader }

/** Excludes the people who must not get mail, and composes the call for the others. */
async function prepare<Content>(
  { stream, world }: Slice<Content>,
  transport: MeteredTransport,
  found: BatchHeader,
): Promise<Prepared> {
  const close = (next: BatchHeader): Prepared => ({ kind: 'closed', next })
  const again = found.state === 'attempted'
  if (again && !batch.mayRepeat(found, transport.idempotencySeconds, world.now()))
    return close(
      batch.giveUp(
        found,
        found.reason || 'no answer, and the runtime was restarted since: the call cannot be repeated',
      ),
    )

  const content = stream.read(found)
  const waiting = batch.waitingPositions(found)
  const suppressed = await stream.suppressed(content, waiting)
  if (again && suppressed.size > 0) {
    const reason = 'no answer, and a person of the batch must not get mail any more: the call cannot be repeated'
    return close(batch.giveUp(found, reason))
  }
  const remainingPositions = waiting.filter((position) => !suppressed.has(position))
  const remaining = batch.exclude(found, [...suppressed], 'suppressed')
  if (remainingPositions.length === 0) return close(remaining)

  const at = again ? found.firstAttemptAt : world.now()
  const attempt = { transport: transport.transport, at }
  const composed = await stream.compose(remaining, content, remainingPositions, attempt)
  if (composed.kind === 'unusable') return close(batch.giveUp(found, composed.reason))
  const { barred, unreadable = [] } = composed
  if (again && unreadable.length > 0) {
    const reason = 'no answer, and a part of the mail cannot be decrypted any more: the call cannot be repeated'
    return close(batch.giveUp(found, reason))
  }
  const positions = remainingPositions.filter((one) => !barred.includes(one) && !unreadable.includes(one))
  const head = batch.exclude(batch.exclude(remaining, unreadable, 'uncertain'), barred, 'refused')
  if (positions.length === 0)
    return close({ ...head, reason: head.statuses.any('uncertain') ? batch.LEFT_OUT : RESERVED })

  const { call, hash } = await transport.compose(composed.mail)
  if (again && hash !== found.bodyHash) {
    const reason = 'no answer, and the mail has changed since: the call cannot be repeated'
    return close(batch.giveUp(found, reason))
  }
  return { kind: 'ready', head, positions, mail: composed.mail, again, call, hash, at }
}

/**
 * What an answer means for a batch that was cancelled during the call. Null if there is still no reliable answer: its people stay
 * uncertain.
 */
function settleCancelled(
  cancelled: BatchHeader,
  { next, split }: Settlement,
  positions: readonly number[],
): BatchHeader | null {
  if (split) return batch.cancelUnsent(cancelled, positions)
  return next.state === 'attempted' ? null : batch.cancelRest(next)
}

/** Stores what an answer means for its batch. If a cancel made the batch uncertain during the call, a definite answer still settles it. */
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
  if (current.state === 'attempted' && settled.split) await stream.split(attempted)
  const unsplit = ledger.head(attempted.id) // read again: a cancel may have come during the split too
  if (unsplit?.state === 'uncertain') {
    const next = settleCancelled(unsplit, settled, positions)
    if (next !== null) ledger.save(next, settled.references)
    return null
  }
  if (current.state !== 'attempted') return null
  if (!settled.split) ledger.save(settled.next, settled.references)
  if (settled.suspect !== undefined) return suspect(world, transport, attempted.id, settled.suspect.detail)
  return settled.stop === undefined ? null : { refused: settled.stop }
}

/** Adds a suspected refusal. Returns the reason to pause once there are too many, else null. */
function suspect({ suspected }: SendWorld, transport: string, id: number, detail: string): StopCause | null {
  if (suspected.add(transport, id) < SUSPECTED_REFUSALS_LIMIT) return null
  suspected.drain(transport) // these people wait like all others; if the fault remains after a resume, the dispatch stops again
  const sentence =
    `${transport} refused ${SUSPECTED_REFUSALS_LIMIT} people in a row and accepted none (${detail}): they still wait. ` +
    'Check the mail, the sender and the account at the provider, correct the fault, then resume'
  return { blockedBy: { kind: 'content-refused', detail: sentence } }
}
