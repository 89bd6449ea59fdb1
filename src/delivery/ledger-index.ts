import type { BatchHeader } from './batch.ts'
import { Tally } from './counts.ts'

/**
 * The headers of a ledger's batches in memory, so that choosing the next batch reads no row. Open and uncertain batches have maps of their
 * own: a search for due batches does not pass the settled ones.
 */
export class LedgerIndex {
  readonly tally = new Tally()
  readonly heads = new Map<number, BatchHeader>()
  /** Waiting or attempted batches: untouched ones first by id, the last changed one at the end. */
  readonly due = new Map<number, BatchHeader>()
  readonly uncertain = new Map<number, BatchHeader>()
  /** The highest id so far; 0 without batches. */
  lastId = 0

  /** Adds a batch, or replaces its header. */
  put(head: BatchHeader): void {
    this.delete(head.id)
    this.heads.set(head.id, head)
    this.lastId = Math.max(this.lastId, head.id)
    this.tally.count(head, 1)
    if (head.state === 'uncertain') this.uncertain.set(head.id, head)
    else if (head.state !== 'settled') this.due.set(head.id, head)
  }

  /** Takes a settled batch out of memory. Its people stay in the counts. */
  forget(id: number): void {
    this.heads.delete(id)
  }

  delete(id: number): void {
    const head = this.heads.get(id)
    if (head !== undefined) this.tally.count(head, -1)
    for (const some of [this.heads, this.due, this.uncertain]) some.delete(id)
  }
}
