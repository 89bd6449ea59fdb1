import { LONGEST_WAIT_MS } from '../kit/backoff.ts'
import type { BatchHeader } from './batch.ts'
import type { PauseReason } from './pause-reason.ts'
import type { AccountHold } from './quota/account-quota.ts'
import { refusalPauseReason } from './quota/status-messages.ts'

/*
 * Which transport sends a batch. A call without an answer can only be repeated by the same transport: another would send its mails twice.
 * A batch that was never attempted, or definitely refused, is sent by the main transport. The fallback takes over while the main account
 * is refused, gives no answers or has used up its day. A slow main transport is no reason to change.
 */

/** Sending accounts that send nothing at present, by transport name, as far as the lane knows. */
export type TransportHolds = Map<string, AccountHold>

type NamedTransport = { name: string }

/** The transport of a batch, or when one may be free. `gone`: the batch must repeat a call of a transport that is no longer configured. */
type TransportChoice<T> =
  | { kind: 'transport'; transport: T }
  | { kind: 'wait'; until: number; blocking: Array<AccountHold & NamedTransport> }
  | { kind: 'gone' }

/** Chooses the transport of a batch at `now` (epoch ms). `transports` has the main transport first. */
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
    // The first call was charged to its day. If the repeat waited for the next day, the provider's idempotency window would end.
    if (head.state === 'attempted' && hold.why === 'day') return { kind: 'transport', transport }
    if (hold.why === 'rate' || hold.why === 'slowed') {
      return { kind: 'wait', until: hold.until, blocking: [{ ...hold, name: transport.name }] }
    }
    blocking.push({ ...hold, name: transport.name })
  }
  if (blocking.length === 0) return { kind: 'gone' }
  return { kind: 'wait', until: Math.min(...blocking.map(({ until }) => until)), blocking }
}

/** What a lane can send now, or when it can go on (`at` in epoch ms), or why an organiser has to act. */
type NextBatches =
  | { kind: 'batches'; ids: number[] }
  | { kind: 'done' }
  | { kind: 'later'; at: number }
  | { kind: 'stopped'; reason: PauseReason }

/**
 * The batches to send at `now` (epoch ms). Repeated calls come first, since their idempotency window ends; then the batches by time. If
 * none is due, returns when the first will be. If all wait for refused accounts, returns the reason to pause.
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
