import * as z from 'zod'
import { TARGET_WISHES, type TargetWish } from '../../../campaigns/counters.ts'
import type { Database } from '../../../storage/database.ts'

export const TARGET_WISH_TABLE = `CREATE TABLE target_wish (
  recipient TEXT PRIMARY KEY, target TEXT NOT NULL, wish TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`

const wishRow = z.object({ target: z.string(), wish: z.enum(TARGET_WISHES), at: z.number() })
type WishRow = z.infer<typeof wishRow>

/**
 * What readers at targets have asked for, by the fingerprint of their address (`recipient`): a new address of the same target starts
 * without a wish. `target` is the key of the addressee.
 */
export class TargetWishes {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Stores a wish. False when it changes nothing: that an office was left holds until an organiser opens it again. */
  put(target: string, recipient: string, wish: TargetWish, now: number): boolean {
    const before = this.of(recipient)
    if (before === wish || before === 'left-office') return false
    this.#db.run(
      'INSERT OR REPLACE INTO target_wish (recipient, target, wish, at) VALUES (?, ?, ?, ?)',
      ...[recipient, target, wish, now],
    )
    return true
  }

  of(recipient: string): TargetWish | undefined {
    return this.#db.row(wishRow, 'SELECT target, wish, at FROM target_wish WHERE recipient = ?', recipient)?.wish
  }

  /** All wishes, the oldest first. */
  list(): WishRow[] {
    return this.#db.rows(wishRow, 'SELECT target, wish, at FROM target_wish ORDER BY at, recipient')
  }

  /** Keys of the targets whose reader has left the office. */
  left(): string[] {
    return this.list().flatMap(({ target, wish }) => (wish === 'left-office' ? [target] : []))
  }

  /** Forgets the wishes of a target. Returns how many there were. */
  drop(target: string): number {
    return this.#db.rows(wishRow, 'DELETE FROM target_wish WHERE target = ? RETURNING target, wish, at', target).length
  }

  clear(): void {
    this.#db.run('DELETE FROM target_wish')
  }
}
