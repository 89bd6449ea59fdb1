import { LONGEST_WAIT_MS } from './backoff.ts'
import type { BatchHeader } from './batch.ts'
import type { PauseReason } from './pause-reason.ts'
import type { AccountHold } from './quota/account-quota.ts'
import { refusalPauseReason } from './quota/status-messages.ts'

/**
 * Which transport a batch goes by. An unanswered batch can be asked again only of the one that was asked: another would send it twice.
 * One that was never attempted, or definitely refused, goes by the main transport, and by the fallback while the main one is out:
 * because its account is refused, it gives no answers, or its day is used up. Merely being slow is no reason to change.
 */

/** Transports that send nothing at present, as far as a lane has been told. */
export type TransportHolds = Map<string, AccountHold>

type NamedTransport = { name: string }

/** `gone`: the transport that was asked is not set any more. */
export type TransportChoice<T> =
  | { kind: 'transport'; transport: T }
  | { kind: 'wait'; until: number; blocking: Array<AccountHold & NamedTransport> }
  | { kind: 'gone' }

/** `carriers`: the main one first. */
export function selectTransport<T extends NamedTransport>(
  head: Pick<BatchHeader, 'state' | 'via'>,
  transports: readonly T[],
  holds: TransportHolds,
  now: number,
): TransportChoice<T> {
  const blocking: Array<AccountHold & NamedTransport> = []
  for (const transport of transports) {
    if (head.state === 'attempted' && transport.name !== head.via) continue
    const hold = holds.get(transport.name)
    if (hold === undefined || hold.until <= now) return { kind: 'transport', transport }
    // Its people were counted to a day the first time; held until the next, the provider's promise would end.
    if (head.state === 'attempted' && hold.why === 'day') return { kind: 'transport', transport }
    if (hold.why === 'rate' || hold.why === 'slowed') {
      return { kind: 'wait', until: hold.until, blocking: [{ ...hold, name: transport.name }] }
    }
    blocking.push({ ...hold, name: transport.name })
  }
  if (blocking.length === 0) return { kind: 'gone' }
  return { kind: 'wait', until: Math.min(...blocking.map(({ until }) => until)), blocking }
}

export type NextBatches =
  | { kind: 'batches'; ids: number[] }
  | { kind: 'done' }
  | { kind: 'later'; at: number }
  | { kind: 'stopped'; reason: PauseReason }

/**
 * The batches to be sent now. Those to be asked again come first, since their provider's promise ends; then by time. With none, when
 * the first will be; or, if everybody waits for accounts that are refused, that a person has to put these right.
 */
export function nextBatches(
  open: Iterable<BatchHeader>,
  transports: readonly NamedTransport[],
  holds: TransportHolds,
  now: number,
): NextBatches {
  const dueNow: BatchHeader[] = []
  const blocking = new Map<string, AccountHold & NamedTransport>()
  let onlyRefused = true
  let anyOpen = false
  let at = now + LONGEST_WAIT_MS
  for (const head of open) {
    anyOpen = true
    const choice = selectTransport(head, transports, holds, now)
    if (choice.kind !== 'wait') {
      onlyRefused = false
      if (head.dueAt <= now) dueNow.push(head)
      else at = Math.min(at, head.dueAt)
      continue
    }
    at = Math.min(at, Math.max(choice.until, head.dueAt))
    for (const one of choice.blocking) blocking.set(one.name, one)
    onlyRefused &&= choice.blocking.every(({ why }) => why === 'refused')
  }
  if (dueNow.length > 0) return { kind: 'batches', ids: dueNow.sort(byUrgency).map(({ id }) => id) }
  if (!anyOpen) return { kind: 'done' }
  const reason = onlyRefused ? refusalPauseReason([...blocking.values()]) : null
  return reason === null ? { kind: 'later', at } : { kind: 'stopped', reason }
}

const byUrgency = (a: BatchHeader, b: BatchHeader): number =>
  Number(b.state === 'attempted') - Number(a.state === 'attempted') || a.dueAt - b.dueAt
