import type { Call, Outcome } from '../transports/transport.ts'
import type { Head } from './batch.ts'
import * as batch from './batch.ts'
import type { PauseReason } from './order.ts'

/** What the sending loop needs of the world; everything in it may fail, and nothing in it decides. */
export type SendDeps = {
  now(): number
  random(): number
  /** False once a pause or cancel has arrived, or the slice's time is up. Read without an await before every call (I5). */
  mayGoOn(): boolean
  /** Batches that are waiting or unanswered; those nothing has happened to yet come first. */
  due(): Iterable<Head>
  head(id: number): Head | undefined
  people(id: number): string[]
  save(head: Head, references?: ReadonlyArray<[number, string]>): void
  /** Replaces a batch by its two halves, in one transaction. */
  split(head: Head): Promise<void>
  /** 0 when the account may make a call for so many people now, else milliseconds until it is worth asking again. */
  leave(people: number): Promise<number>
  /** Why nothing of this campaign may be sent now. */
  hindrance(): PauseReason | null
  suppressed(fingerprints: string[]): Promise<ReadonlySet<string>>
  /** The bytes for the people at these positions; `barred` are positions this transport may not carry. */
  compose(head: Head, positions: readonly number[]): Promise<{ call: Call; hash: string; barred: number[] }>
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
  keyOf(head: Head): string
  idempotencySeconds: number
}

export type SliceEnd =
  | { kind: 'done' } // nobody is waiting any more
  | { kind: 'held' } // paused, cancelled, or the slice is over
  | { kind: 'later'; at: number } // nothing is due before
  | { kind: 'stopped'; reason: PauseReason } // a person has to do something first

/** Milliseconds of waiting for the account's leave that are spent awake; for longer ones the alarm is cheaper. */
const WORTH_WAITING_MS = 1_000

/** Sends what is due, batch after batch, until there is nothing to do, no time left or no leave to go on. */
export async function sendSlice(deps: SendDeps): Promise<SliceEnd> {
  while (deps.mayGoOn()) {
    const head = nextDue(deps)
    if (head === null) return { kind: 'done' }
    if (head.dueAt > deps.now()) return { kind: 'later', at: head.dueAt }
    const waitMs = await deps.leave(batch.waitingIn(head).length)
    if (waitMs > WORTH_WAITING_MS) return { kind: 'later', at: deps.now() + waitMs }
    if (waitMs > 0) {
      await pause(waitMs)
      continue
    }
    const stopped = await sendBatch(deps, head.id)
    if (stopped !== null) return { kind: 'stopped', reason: stopped }
  }
  return { kind: 'held' }
}

/** The batch whose time comes first; of several, the first. One that never had to wait is found without looking at the others. */
function nextDue(deps: SendDeps): Head | null {
  let next: Head | null = null
  for (const head of deps.due()) {
    if (head.dueAt === 0) return head
    if (next === null || head.dueAt < next.dueAt) next = head
  }
  return next
}

/** DESIGN §5.3, steps 1 to 3, for one batch. */
async function sendBatch(deps: SendDeps, id: number): Promise<PauseReason | null> {
  const found = deps.head(id)
  if (found === undefined || (found.state !== 'waiting' && found.state !== 'attempted') || !deps.mayGoOn()) return null
  const hindrance = deps.hindrance()
  if (hindrance !== null) return hindrance

  const asking = found.state === 'attempted'
  if (asking && !batch.mayAskAgain(found, deps.idempotencySeconds, deps.now())) {
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
  const { call, hash, barred } = await deps.compose(head, kept)
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
  const attempted = asking ? found : batch.attempt(sound, hash, deps.now())
  if (!asking) deps.save(attempted)
  const answer = await deps.send(call, deps.keyOf(attempted))
  return record(deps, attempted, reachable, answer, asking)
}

/** Everybody in the call was refused, for now or for good: nobody has it. */
const answersNo = ({ head, split, references }: batch.Settlement): boolean =>
  references.length === 0 && (split === true || (head.state === 'waiting' && !head.marks.includes('a')))

/** While the call was under way the batch may have been cancelled into uncertainty; a definite answer still settles it. */
async function record(
  deps: SendDeps,
  attempted: Head,
  sent: readonly number[],
  answer: Outcome | Outcome[],
  again: boolean,
): Promise<PauseReason | null> {
  const current = deps.head(attempted.id)
  if (current === undefined || current.generation !== attempted.generation) return null
  const settled = batch.settle(attempted, sent, answer, deps.now(), deps.random(), again)
  if (current.state === 'uncertain') {
    if (settled.head.state === 'settled') deps.save(settled.head, settled.references)
    else if (!again && answersNo(settled)) deps.save(batch.neverSent(current, sent))
    return null
  }
  if (current.state !== 'attempted') return null
  if (settled.split) await deps.split(attempted)
  else deps.save(settled.head, settled.references)
  return settled.stop ?? null
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
