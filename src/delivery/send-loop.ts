import type { Call, Outcome } from '../transports/transport.ts'
import type { BatchHeader } from './batch.ts'
import * as batch from './batch.ts'
import { nextBatches, selectTransport, type TransportHolds } from './failover.ts'
import type { PauseReason } from './pause-reason.ts'
import type { AcquireResult } from './quota/account-quota.ts'
import { asRecipientRefusals, isSingleAccountRefusal } from './recipient-refusals.ts'
import { SUSPECTED_REFUSALS_LIMIT, type SuspectedRefusals } from './suspected-refusals.ts'

/** A transport with its account, as a lane uses it; everything in it may fail. */
export type MeteredTransport = {
  name: string
  idempotencySeconds: number
  /** Leave for one call with so many people; `again` when it repeats one that was never answered. */
  acquire(people: number, again: boolean): Promise<AcquireResult>
  /** The bytes for the people at these positions; `barred` are positions this transport may not carry. */
  compose(head: BatchHeader, positions: readonly number[]): Promise<{ call: Call; hash: string; barred: number[] }>
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
}

/** What the sending loop needs of the world; everything in it may fail, and nothing in it decides. */
export type SendLoopDeps = {
  now(): number
  random(): number
  sleep(milliseconds: number): Promise<void>
  /** False once a pause or cancel has arrived, or the slice's time is up. Read without an await before every call (I5). */
  mayGoOn(): boolean
  /** The batches that are waiting or unanswered; those nothing has happened to yet come first. */
  due(): Iterable<BatchHeader>
  head(id: number): BatchHeader | undefined
  people(id: number): string[]
  save(head: BatchHeader, references?: ReadonlyArray<[number, string]>): void
  /** Replaces a batch by its two halves, in one transaction. */
  split(head: BatchHeader): Promise<void>
  /** Why nothing of this campaign may be sent now. */
  blockedBy(): PauseReason | null
  suppressed(fingerprints: string[]): Promise<ReadonlySet<string>>
  /** The main one first, then its fallback. */
  transports: readonly MeteredTransport[]
  idempotencyKey(head: BatchHeader): string
  /** Of the lane: longer than a slice. */
  suspectedRefusals: SuspectedRefusals
}

export type SliceEnd =
  | { kind: 'done' } // nobody is waiting any more
  | { kind: 'held' } // paused, cancelled, or the slice is over
  | { kind: 'later'; at: number } // nothing is due before
  | { kind: 'stopped'; reason: PauseReason } // a person has to do something first

/** Milliseconds for which a lane does not ask again of an account that has refused it; the SenderQuota knows better when. */
const REFUSED_MS = 60_000

/** Sends what is due, batch after batch, until there is nothing to do, no time left or no leave to go on. */
export async function sendSlice(deps: SendLoopDeps): Promise<SliceEnd> {
  const holds: TransportHolds = new Map()
  while (deps.mayGoOn()) {
    const next = nextBatches(unsuspected(deps), deps.transports, holds, deps.now())
    if (next.kind === 'done') refuseSuspected(deps)
    if (next.kind !== 'batches') return next
    for (const id of next.ids) {
      const stopped = await sendNext(deps, id, holds)
      if (stopped !== null) return { kind: 'stopped', reason: stopped }
      if (!deps.mayGoOn() || deps.head(id) === undefined) break // halved: its halves come next
    }
  }
  return { kind: 'held' }
}

function* unsuspected({ due, suspectedRefusals }: SendLoopDeps): Iterable<BatchHeader> {
  for (const head of due()) if (!suspectedRefusals.has(head.id)) yield head
}

/** It was they and not the account: the transport has taken somebody since, or there is nobody left to tell by. */
function refuseSuspected(deps: SendLoopDeps, transport?: string): void {
  for (const id of deps.suspectedRefusals.drain(transport)) {
    const head = batch.refuseWaiting(deps.head(id))
    if (head !== null) deps.save(head)
  }
}

/** One batch by the first carrier that has leave; none, and it stays for a later pass. */
async function sendNext(deps: SendLoopDeps, id: number, holds: TransportHolds): Promise<PauseReason | null> {
  for (;;) {
    const head = deps.head(id)
    if (!isOpen(head) || head.dueAt > deps.now() || !deps.mayGoOn()) return null
    const choice = selectTransport(head, deps.transports, holds, deps.now())
    if (choice.kind === 'wait') return null
    if (choice.kind === 'gone') {
      deps.save(batch.giveUp(head, `unanswered by ${head.via}, which is no longer set: it cannot be asked again`))
      return null
    }
    const { transport } = choice
    const permit = await transport.acquire(batch.waitingPositions(head).length, head.state === 'attempted')
    if (!permit.go) {
      holds.set(transport.name, permit)
      continue
    }
    if (permit.waitMs > 0) await deps.sleep(permit.waitMs)
    const end = await sendBatch(deps, transport, id)
    if (end?.blocker !== undefined) return end.blocker
    if (end?.refused !== undefined) {
      const { kind: reason, detail } = end.refused
      holds.set(transport.name, { why: 'refused', until: deps.now() + REFUSED_MS, reason, detail })
    }
    return null
  }
}

const isOpen = (head: BatchHeader | undefined): head is BatchHeader =>
  head?.state === 'waiting' || head?.state === 'attempted'

/** Why it stopped: the campaign must not be sent, or this carrier's account is refused. */
type StopCause = { blocker?: PauseReason; refused?: PauseReason }

/** DESIGN §5.3, steps 1 to 3, for one batch. */
async function sendBatch(deps: SendLoopDeps, transport: MeteredTransport, id: number): Promise<StopCause | null> {
  const found = deps.head(id)
  if (!isOpen(found) || !deps.mayGoOn()) return null
  const blocker = deps.blockedBy()
  if (blocker !== null) return { blocker }

  const isRepeat = found.state === 'attempted'
  if (isRepeat && !batch.mayRepeat(found, transport.idempotencySeconds, deps.now())) {
    deps.save(batch.giveUp(found, found.reason || 'no answer, and the runtime was restarted'))
    return null
  }
  const people = deps.people(id)
  const positions = batch.waitingPositions(found)
  const suppressed = await deps.suppressed(positions.map((position) => people[position] ?? ''))
  const suppressedPositions = positions.filter((position) => suppressed.has(people[position] ?? ''))
  if (isRepeat && suppressedPositions.length > 0) {
    deps.save(batch.giveUp(found, 'unanswered, and somebody in it has left since: it cannot be asked again'))
    return null
  }
  const remaining = positions.filter((position) => !suppressed.has(people[position] ?? ''))
  const head = batch.exclude(found, suppressedPositions, 's')
  if (remaining.length === 0) {
    deps.save(head)
    return null
  }
  const { call, hash, barred } = await transport.compose(head, remaining)
  const reachable = remaining.filter((position) => !barred.includes(position))
  const withoutBarred = batch.exclude(head, barred, 'r')
  if (reachable.length === 0) {
    deps.save({ ...withoutBarred, reason: 'reserved addresses never leave through a real transport' })
    return null
  }
  if (isRepeat && hash !== found.bodyHash) {
    deps.save(batch.giveUp(found, 'unanswered, and its mail would no longer be the same: it cannot be asked again'))
    return null
  }

  // From here to the call there is no await: a pause that was acknowledged is never followed by a call.
  if (!deps.mayGoOn()) return null
  const attempted = isRepeat ? found : batch.startAttempt(withoutBarred, hash, transport.name, deps.now())
  if (!isRepeat) deps.save(attempted)
  const answer = await transport.send(call, deps.idempotencyKey(attempted))
  return recordAnswer(deps, transport.name, attempted, reachable, answer, isRepeat)
}

/** Everybody in the call was refused, for now or for good: nobody has it. */
const refusesAll = ({ head, split, references }: batch.Settlement): boolean =>
  references.length === 0 && (split === true || (head.state === 'waiting' && !head.marks.includes('a')))

/** While the call was under way the batch may have been cancelled into uncertainty; a definite answer still settles it. */
async function recordAnswer(
  deps: SendLoopDeps,
  transport: string,
  attempted: BatchHeader,
  sent: readonly number[],
  answer: Outcome | Outcome[],
  again: boolean,
): Promise<StopCause | null> {
  if ([answer].flat().some(({ kind }) => kind === 'accepted')) {
    deps.suspectedRefusals.recordAccepted(transport)
    refuseSuspected(deps, transport)
  }
  const acceptsOthers = () => attempted.marks.includes('a') || deps.suspectedRefusals.consumeAccepted(transport)
  const asRecipientRefusal = (given: typeof answer) =>
    isSingleAccountRefusal(given) && acceptsOthers() ? asRecipientRefusals(given) : given
  const current = deps.head(attempted.id)
  if (current === undefined || current.generation !== attempted.generation) return null
  const settled = batch.settle(attempted, sent, asRecipientRefusal(answer), deps.now(), deps.random(), again)
  if (current.state === 'uncertain') {
    if (settled.head.state === 'settled') deps.save(settled.head, settled.references)
    else if (!again && refusesAll(settled)) deps.save(batch.cancelUnsent(current, sent))
    return null
  }
  if (current.state !== 'attempted') return null
  if (settled.split) await deps.split(attempted)
  else deps.save(settled.head, settled.references)
  if (settled.suspected !== undefined)
    return addSuspectedRefusal(deps, transport, attempted.id, settled.suspected.detail)
  return settled.stop === undefined ? null : { refused: settled.stop }
}

function addSuspectedRefusal(
  { suspectedRefusals }: SendLoopDeps,
  transport: string,
  id: number,
  lastDetail: string,
): StopCause | null {
  if (suspectedRefusals.add(transport, id) < SUSPECTED_REFUSALS_LIMIT) return null
  suspectedRefusals.drain(transport) // they wait like everybody else: whoever resumes has put it right, or it stops again
  const detail =
    `${transport} refused ${SUSPECTED_REFUSALS_LIMIT} people one after another and took nobody between (${lastDetail}): they still wait. ` +
    'See whether the mail, the sender or the account is at fault there, put it right, then resume'
  return { blocker: { kind: 'content-refused', detail } }
}
