import * as z from 'zod'
import type { Database } from '../storage/database.ts'
import type { EventKind } from '../suppression/provider-event.ts'

/** How many people a provider said what of; each counts once, in the last of these that was heard. */
export type Delivery = { delivered: number; deferred: number; bounced: number; complained: number }

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
export const isBad = (bits: number): boolean => (bits & (BITS.bounced | BITS.complained)) !== 0

export const noDelivery = (): Delivery => ({ delivered: 0, deferred: 0, bounced: 0, complained: 0 })

export function addDelivery(into: Delivery, more: Delivery): void {
  for (const name of WEIGHTIEST_FIRST) into[name] += more[name]
}

function count(into: Delivery, digits: string, by: 1 | -1): void {
  for (const digit of digits) {
    const bits = Number.parseInt(digit, 16)
    const name = WEIGHTIEST_FIRST.find((kind) => (bits & BITS[kind]) !== 0)
    if (name !== undefined) into[name] += by
  }
}

/** The digits with these bits added: by position, what was heard of whoever stands there. */
export function withHeard(digits: string, heard: ReadonlyMap<number, number>): string {
  const next = [...digits]
  for (const [position, bits] of heard) {
    const known = next[position]
    if (known !== undefined) next[position] = (Number.parseInt(known, 16) | bits).toString(16)
  }
  return next.join('')
}

export const HEARD_TABLE = 'CREATE TABLE heard (batch INTEGER PRIMARY KEY, events TEXT NOT NULL)'
const row = z.object({ batch: z.int(), events: z.string() })

/**
 * What providers have said of the people of a lane's batches: one digit a person, one row a batch, and none for a batch of which
 * nothing was heard. A table beside the batches, so that an event does not rewrite a row that holds envelopes.
 */
export class Heard {
  readonly #db: Database
  #digits = new Map<number, string>()
  #delivery = noDelivery()

  constructor(db: Database) {
    this.#db = db
    db.remember(() => {
      this.#digits = new Map()
      this.#delivery = noDelivery()
      for (const { batch, events } of db.rows(row, 'SELECT batch, events FROM heard')) this.#hold(batch, events)
    })
  }

  of(batch: number): string | undefined {
    return this.#digits.get(batch)
  }

  /** One row written, if it changes anything. */
  put(batch: number, digits: string): void {
    if ((this.of(batch) ?? '0'.repeat(digits.length)) === digits) return
    this.#db.run('INSERT OR REPLACE INTO heard (batch, events) VALUES (?, ?)', batch, digits)
    this.#hold(batch, digits)
  }

  forget(batch: number): void {
    if (this.of(batch) === undefined) return
    this.#db.run('DELETE FROM heard WHERE batch = ?', batch)
    this.#hold(batch, '')
    this.#digits.delete(batch)
  }

  clear(): void {
    this.#db.run('DELETE FROM heard')
    this.#digits = new Map()
    this.#delivery = noDelivery()
  }

  delivery(): Delivery {
    return { ...this.#delivery }
  }

  #hold(batch: number, digits: string): void {
    count(this.#delivery, this.of(batch) ?? '', -1)
    count(this.#delivery, digits, 1)
    this.#digits.set(batch, digits)
  }
}
