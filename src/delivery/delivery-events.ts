import * as z from 'zod'
import type { Database } from '../storage/database.ts'
import type { EventKind } from '../suppression/provider-event.ts'

/** How many people have provider events. Each person counts once, by the most serious event: complained, bounced, deferred, delivered. */
export type DeliveryCounts = { delivered: number; deferred: number; bounced: number; complained: number }

/** The events of one person are the bits of a hexadecimal digit. Repeated events and another order give the same digit. */
const BITS: Readonly<Record<Exclude<EventKind, 'unsubscribed'>, number>> = {
  delivered: 1,
  deferred: 2,
  bounced: 4,
  complained: 8,
}
const MOST_SERIOUS_FIRST = ['complained', 'bounced', 'deferred', 'delivered'] as const

/** The bit of an event in a person's digit; 0 for `unsubscribed`, which is not counted. */
export const bitOf = (kind: EventKind): number => (kind === 'unsubscribed' ? 0 : BITS[kind])

/** Whether the bits contain a bounce or a complaint: too many of either pause a dispatch. */
export const isBounceOrComplaint = (bits: number): boolean => (bits & (BITS.bounced | BITS.complained)) !== 0

export const noDeliveryCounts = (): DeliveryCounts => ({ delivered: 0, deferred: 0, bounced: 0, complained: 0 })

export function addDeliveryCounts(into: DeliveryCounts, more: DeliveryCounts): void {
  for (const name of MOST_SERIOUS_FIRST) into[name] += more[name]
}

function countDigits(into: DeliveryCounts, digits: string, by: 1 | -1): void {
  for (const digit of digits) {
    const bits = Number.parseInt(digit, 16)
    const name = MOST_SERIOUS_FIRST.find((kind) => (bits & BITS[kind]) !== 0)
    if (name !== undefined) into[name] += by
  }
}

/** Adds event bits to a batch's digits. `events` maps a person's position to the bits; unknown positions are ignored. */
export function mergeEvents(digits: string, events: ReadonlyMap<number, number>): string {
  const next = [...digits]
  for (const [position, bits] of events) {
    const known = next[position]
    if (known !== undefined) next[position] = (Number.parseInt(known, 16) | bits).toString(16)
  }
  return next.join('')
}

export const DELIVERY_EVENTS_TABLE = 'CREATE TABLE delivery_event (batch INTEGER PRIMARY KEY, events TEXT NOT NULL)'
const eventsRow = z.object({ batch: z.int(), events: z.string() })

/**
 * The provider events of a ledger's people: one digit per person, one row per batch with events. They have a table of their own, so
 * that an event does not rewrite a row with sealed recipients.
 */
export class DeliveryEvents {
  readonly #db: Database
  #digits = new Map<number, string>()
  #counts = noDeliveryCounts()

  constructor(db: Database) {
    this.#db = db
    db.keepInSync(() => {
      this.#digits = new Map()
      this.#counts = noDeliveryCounts()
      for (const { batch, events } of db.rows(eventsRow, 'SELECT batch, events FROM delivery_event'))
        this.#cache(batch, events)
    })
  }

  /** One digit per person of the batch, in the order of positions; undefined if the batch has no events. */
  digitsOf(batch: number): string | undefined {
    return this.#digits.get(batch)
  }

  /** Stores the digits of a batch: one row, and only if they differ from the stored ones. */
  put(batch: number, digits: string): void {
    if ((this.digitsOf(batch) ?? '0'.repeat(digits.length)) === digits) return
    this.#db.run('INSERT OR REPLACE INTO delivery_event (batch, events) VALUES (?, ?)', batch, digits)
    this.#cache(batch, digits)
  }

  delete(batch: number): void {
    if (this.digitsOf(batch) === undefined) return
    this.#db.run('DELETE FROM delivery_event WHERE batch = ?', batch)
    this.#cache(batch, '')
    this.#digits.delete(batch)
  }

  clear(): void {
    this.#db.run('DELETE FROM delivery_event')
    this.#digits = new Map()
    this.#counts = noDeliveryCounts()
  }

  counts(): DeliveryCounts {
    return { ...this.#counts }
  }

  #cache(batch: number, digits: string): void {
    countDigits(this.#counts, this.digitsOf(batch) ?? '', -1)
    countDigits(this.#counts, digits, 1)
    this.#digits.set(batch, digits)
  }
}
