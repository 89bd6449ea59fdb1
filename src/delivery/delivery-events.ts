import * as z from 'zod'
import type { Database } from '../storage/database.ts'
import type { EventKind } from '../suppression/provider-event.ts'

/** How many people a provider said what of; each counts once, in the last of these that was heard. */
export type DeliveryCounts = { delivered: number; deferred: number; bounced: number; complained: number }

/** What has been heard of one person, as the bits of a hexadecimal digit: hearing it again, or in another order, changes nothing. */
const BITS: Readonly<Record<Exclude<EventKind, 'unsubscribed'>, number>> = {
  delivered: 1,
  deferred: 2,
  bounced: 4,
  complained: 8,
}
const WEIGHTIEST_FIRST = ['complained', 'bounced', 'deferred', 'delivered'] as const

export const bitOf = (kind: EventKind): number => (kind === 'unsubscribed' ? 0 : BITS[kind])

/** Whether any of these is what a dispatch is paused for. */
export const isBounceOrComplaint = (bits: number): boolean => (bits & (BITS.bounced | BITS.complained)) !== 0

export const noDeliveryCounts = (): DeliveryCounts => ({ delivered: 0, deferred: 0, bounced: 0, complained: 0 })

export function addDeliveryCounts(into: DeliveryCounts, more: DeliveryCounts): void {
  for (const name of WEIGHTIEST_FIRST) into[name] += more[name]
}

function countDigits(into: DeliveryCounts, digits: string, by: 1 | -1): void {
  for (const digit of digits) {
    const bits = Number.parseInt(digit, 16)
    const name = WEIGHTIEST_FIRST.find((kind) => (bits & BITS[kind]) !== 0)
    if (name !== undefined) into[name] += by
  }
}

/** The digits with these bits added: by position, what was heard of whoever stands there. */
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
 * What providers have said of the people of a lane's batches: one digit a person, one row a batch, and none for a batch of which
 * nothing was heard. A table beside the batches, so that an event does not rewrite a row that holds recipients.
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

  digitsOf(batch: number): string | undefined {
    return this.#digits.get(batch)
  }

  /** One row written, if it changes anything. */
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
