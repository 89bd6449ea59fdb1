import { LONGEST_WAIT_MS } from './backoff.ts'
import type { Head } from './batch.ts'
import type { PauseReason } from './pause-reason.ts'
import type { Held } from './quota/account-quota.ts'
import { refusedInWords } from './quota/status-messages.ts'

/**
 * Which transport a batch goes by. An unanswered batch can be asked again only of the one that was asked: another would send it twice.
 * One that was never attempted, or definitely refused, goes by the main transport, and by the fallback while the main one is out:
 * because its account is refused, it gives no answers, or its day is used up. Merely being slow is no reason to change.
 */

/** Transports that send nothing at present, as far as a lane has been told. */
export type Out = Map<string, Held>

type Named = { name: string }

/** `gone`: the transport that was asked is not set any more. */
export type Choice<Carrier> =
  | { kind: 'carrier'; carrier: Carrier }
  | { kind: 'wait'; until: number; out: Array<Held & Named> }
  | { kind: 'gone' }

/** `carriers`: the main one first. */
export function choose<Carrier extends Named>(
  head: Pick<Head, 'state' | 'via'>,
  carriers: readonly Carrier[],
  known: Out,
  now: number,
): Choice<Carrier> {
  const out: Array<Held & Named> = []
  for (const carrier of carriers) {
    if (head.state === 'attempted' && carrier.name !== head.via) continue
    const held = known.get(carrier.name)
    if (held === undefined || held.until <= now) return { kind: 'carrier', carrier }
    // Its people were counted to a day the first time; held until the next, the provider's promise would end.
    if (head.state === 'attempted' && held.why === 'day') return { kind: 'carrier', carrier }
    if (held.why === 'rate' || held.why === 'slowed') {
      return { kind: 'wait', until: held.until, out: [{ ...held, name: carrier.name }] }
    }
    out.push({ ...held, name: carrier.name })
  }
  if (out.length === 0) return { kind: 'gone' }
  return { kind: 'wait', until: Math.min(...out.map(({ until }) => until)), out }
}

export type Pass =
  | { kind: 'batches'; ids: number[] }
  | { kind: 'done' }
  | { kind: 'later'; at: number }
  | { kind: 'stopped'; reason: PauseReason }

/**
 * The batches to be sent now. Those to be asked again come first, since their provider's promise ends; then by time. With none, when
 * the first will be; or, if everybody waits for accounts that are refused, that a person has to put these right.
 */
export function pass(open: Iterable<Head>, carriers: readonly Named[], known: Out, now: number): Pass {
  const dueNow: Head[] = []
  const refused = new Map<string, Held & Named>()
  let onlyRefused = true
  let anyOpen = false
  let at = now + LONGEST_WAIT_MS
  for (const head of open) {
    anyOpen = true
    const choice = choose(head, carriers, known, now)
    if (choice.kind !== 'wait') {
      onlyRefused = false
      if (head.dueAt <= now) dueNow.push(head)
      else at = Math.min(at, head.dueAt)
      continue
    }
    at = Math.min(at, Math.max(choice.until, head.dueAt))
    for (const one of choice.out) refused.set(one.name, one)
    onlyRefused &&= choice.out.every(({ why }) => why === 'refused')
  }
  if (dueNow.length > 0) return { kind: 'batches', ids: dueNow.sort(byUrgency).map(({ id }) => id) }
  if (!anyOpen) return { kind: 'done' }
  const reason = onlyRefused ? refusedInWords([...refused.values()]) : null
  return reason === null ? { kind: 'later', at } : { kind: 'stopped', reason }
}

const byUrgency = (a: Head, b: Head): number =>
  Number(b.state === 'attempted') - Number(a.state === 'attempted') || a.dueAt - b.dueAt
