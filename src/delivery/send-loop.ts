import type { Call, Outcome } from '../transports/transport.ts'
import type { Head } from './batch.ts'
import * as batch from './batch.ts'
import { choose, type Out, pass } from './failover.ts'
import type { PauseReason } from './pause-reason.ts'
import type { Leave } from './quota/account-quota.ts'
import { asPersonal, isSignOfOne } from './recipient-refusals.ts'
import { DOUBTFUL_REFUSALS, type Doubts } from './suspected-refusals.ts'

/** A transport with its account, as a lane uses it; everything in it may fail. */
export type Carrier = {
  name: string
  idempotencySeconds: number
  /** Leave for one call with so many people; `again` when it repeats one that was never answered. */
  leave(people: number, again: boolean): Promise<Leave>
  /** The bytes for the people at these positions; `barred` are positions this transport may not carry. */
  compose(head: Head, positions: readonly number[]): Promise<{ call: Call; hash: string; barred: number[] }>
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
}

/** What the sending loop needs of the world; everything in it may fail, and nothing in it decides. */
export type SendDeps = {
  now(): number
  random(): number
  sleep(milliseconds: number): Promise<void>
  /** False once a pause or cancel has arrived, or the slice's time is up. Read without an await before every call (I5). */
  mayGoOn(): boolean
  /** The batches that are waiting or unanswered; those nothing has happened to yet come first. */
  due(): Iterable<Head>
  head(id: number): Head | undefined
  people(id: number): string[]
  save(head: Head, references?: ReadonlyArray<[number, string]>): void
  /** Replaces a batch by its two halves, in one transaction. */
  split(head: Head): Promise<void>
  /** Why nothing of this campaign may be sent now. */
  hindrance(): PauseReason | null
  suppressed(fingerprints: string[]): Promise<ReadonlySet<string>>
  /** The main one first, then its fallback. */
  carriers: readonly Carrier[]
  keyOf(head: Head): string
  /** Of the lane: longer than a slice. */
  doubts: Doubts
}

export type SliceEnd =
  | { kind: 'done' } // nobody is waiting any more
  | { kind: 'held' } // paused, cancelled, or the slice is over
  | { kind: 'later'; at: number } // nothing is due before
  | { kind: 'stopped'; reason: PauseReason } // a person has to do something first

/** Milliseconds for which a lane does not ask again of an account that has refused it; the Pacer knows better when. */
const REFUSED_MS = 60_000

/** Sends what is due, batch after batch, until there is nothing to do, no time left or no leave to go on. */
export async function sendSlice(deps: SendDeps): Promise<SliceEnd> {
  const out: Out = new Map()
  while (deps.mayGoOn()) {
    const next = pass(beyondDoubt(deps), deps.carriers, out, deps.now())
    if (next.kind === 'done') refuseDoubtful(deps)
    if (next.kind !== 'batches') return next
    for (const id of next.ids) {
      const stopped = await sendNext(deps, id, out)
      if (stopped !== null) return { kind: 'stopped', reason: stopped }
      if (!deps.mayGoOn() || deps.head(id) === undefined) break // halved: its halves come next
    }
  }
  return { kind: 'held' }
}

function* beyondDoubt({ due, doubts }: SendDeps): Iterable<Head> {
  for (const head of due()) if (!doubts.has(head.id)) yield head
}

/** It was they and not the account: the transport has taken somebody since, or there is nobody left to tell by. */
function refuseDoubtful(deps: SendDeps, transport?: string): void {
  for (const id of deps.doubts.take(transport)) {
    const head = batch.refuseDoubtful(deps.head(id))
    if (head !== null) deps.save(head)
  }
}

/** One batch by the first carrier that has leave; none, and it stays for a later pass. */
async function sendNext(deps: SendDeps, id: number, out: Out): Promise<PauseReason | null> {
  for (;;) {
    const head = deps.head(id)
    if (!isOpen(head) || head.dueAt > deps.now() || !deps.mayGoOn()) return null
    const choice = choose(head, deps.carriers, out, deps.now())
    if (choice.kind === 'wait') return null
    if (choice.kind === 'gone') {
      deps.save(batch.giveUp(head, `unanswered by ${head.via}, which is no longer set: it cannot be asked again`))
      return null
    }
    const { carrier } = choice
    const leave = await carrier.leave(batch.waitingIn(head).length, head.state === 'attempted')
    if (!leave.go) {
      out.set(carrier.name, leave)
      continue
    }
    if (leave.waitMs > 0) await deps.sleep(leave.waitMs)
    const end = await sendBatch(deps, carrier, id)
    if (end?.hindrance !== undefined) return end.hindrance
    if (end?.refused !== undefined) {
      const { kind: reason, detail } = end.refused
      out.set(carrier.name, { why: 'refused', until: deps.now() + REFUSED_MS, reason, detail })
    }
    return null
  }
}

const isOpen = (head: Head | undefined): head is Head => head?.state === 'waiting' || head?.state === 'attempted'

/** Why it stopped: the campaign must not be sent, or this carrier's account is refused. */
type Stopped = { hindrance?: PauseReason; refused?: PauseReason }

/** DESIGN §5.3, steps 1 to 3, for one batch. */
async function sendBatch(deps: SendDeps, carrier: Carrier, id: number): Promise<Stopped | null> {
  const found = deps.head(id)
  if (!isOpen(found) || !deps.mayGoOn()) return null
  const hindrance = deps.hindrance()
  if (hindrance !== null) return { hindrance }

  const asking = found.state === 'attempted'
  if (asking && !batch.mayAskAgain(found, carrier.idempotencySeconds, deps.now())) {
    deps.save(batch.giveUp(found, found.reason || 'no answer, and the runtime was restarted'))
    return null
  }
  const people = deps.people(id)
  const positions = batch.waitingIn(found)
  const left = await deps.suppressed(positions.map((position) => people[position] ?? ''))
  const leavers = positions.filter((position) => left.has(people[position] ?? ''))
  if (asking && leavers.length > 0) {
    deps.save(batch.giveUp(found, 'unanswered, and somebody in it has left since: it cannot be asked again'))
    return null
  }
  const kept = positions.filter((position) => !left.has(people[position] ?? ''))
  const head = batch.takeOut(found, leavers, 's')
  if (kept.length === 0) {
    deps.save(head)
    return null
  }
  const { call, hash, barred } = await carrier.compose(head, kept)
  const reachable = kept.filter((position) => !barred.includes(position))
  const sound = batch.takeOut(head, barred, 'r')
  if (reachable.length === 0) {
    deps.save({ ...sound, reason: 'reserved addresses never leave through a real transport' })
    return null
  }
  if (asking && hash !== found.bodyHash) {
    deps.save(batch.giveUp(found, 'unanswered, and its mail would no longer be the same: it cannot be asked again'))
    return null
  }

  // From here to the call there is no await: a pause that was acknowledged is never followed by a call.
  if (!deps.mayGoOn()) return null
  const attempted = asking ? found : batch.attempt(sound, hash, carrier.name, deps.now())
  if (!asking) deps.save(attempted)
  const answer = await carrier.send(call, deps.keyOf(attempted))
  return record(deps, carrier.name, attempted, reachable, answer, asking)
}

/** Everybody in the call was refused, for now or for good: nobody has it. */
const answersNo = ({ head, split, references }: batch.Settlement): boolean =>
  references.length === 0 && (split === true || (head.state === 'waiting' && !head.marks.includes('a')))

/** While the call was under way the batch may have been cancelled into uncertainty; a definite answer still settles it. */
async function record(
  deps: SendDeps,
  transport: string,
  attempted: Head,
  sent: readonly number[],
  answer: Outcome | Outcome[],
  again: boolean,
): Promise<Stopped | null> {
  if ([answer].flat().some(({ kind }) => kind === 'accepted')) {
    deps.doubts.took(transport)
    refuseDoubtful(deps, transport)
  }
  const takesOthers = () => attempted.marks.includes('a') || deps.doubts.hasTaken(transport)
  const personal = (told: typeof answer) => (isSignOfOne(told) && takesOthers() ? asPersonal(told) : told)
  const current = deps.head(attempted.id)
  if (current === undefined || current.generation !== attempted.generation) return null
  const settled = batch.settle(attempted, sent, personal(answer), deps.now(), deps.random(), again)
  if (current.state === 'uncertain') {
    if (settled.head.state === 'settled') deps.save(settled.head, settled.references)
    else if (!again && answersNo(settled)) deps.save(batch.neverSent(current, sent))
    return null
  }
  if (current.state !== 'attempted') return null
  if (settled.split) await deps.split(attempted)
  else deps.save(settled.head, settled.references)
  if (settled.doubtful !== undefined) return doubt(deps, transport, attempted.id, settled.doubtful.detail)
  return settled.stop === undefined ? null : { refused: settled.stop }
}

function doubt({ doubts }: SendDeps, transport: string, id: number, said: string): Stopped | null {
  if (doubts.add(transport, id) < DOUBTFUL_REFUSALS) return null
  doubts.take(transport) // they wait like everybody else: whoever resumes has put it right, or it stops again
  const detail =
    `${transport} refused ${DOUBTFUL_REFUSALS} people one after another and took nobody between (${said}): they still wait. ` +
    'See whether the mail, the sender or the account is at fault there, put it right, then resume'
  return { hindrance: { kind: 'content-refused', detail } }
}
