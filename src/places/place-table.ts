import * as z from 'zod'
import type { Database } from '../storage/database.ts'

export const PLACE_TABLE = `CREATE TABLE place (
  kind TEXT NOT NULL, name TEXT NOT NULL, entered_at INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID`

/** Kinds of places in the list. A stored kind is permanent: never rename one. */
export const LISTED_KINDS = ['campaign', 'dispatch', 'import'] as const
export type ListedKind = (typeof LISTED_KINDS)[number]

const placeRow = z.object({ kind: z.enum(LISTED_KINDS), name: z.string(), enteredAt: z.number() })
/** An object that may store something about people. `enteredAt`: epoch ms, of the latest entry. */
export type Place = z.infer<typeof placeRow>

/** Key of a place, in the order of the list. */
export const keyOf = ({ kind, name }: Pick<Place, 'kind' | 'name'>): string => `${kind}/${name}`

/** The list of places: kinds and names of objects, never of people. */
export class PlaceTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Adds a place. An entry that is repeated gets a new time, so that a removal decided before it has no effect. */
  enter(kind: ListedKind, name: string, now: number): void {
    this.#db.run(
      `INSERT INTO place (kind, name, entered_at) VALUES (?, ?, ?)
       ON CONFLICT (kind, name) DO UPDATE SET entered_at = MAX(entered_at + 1, excluded.entered_at)`,
      kind,
      name,
      now,
    )
  }

  /** Removes a place, unless it has entered again since it was read. */
  remove({ kind, name, enteredAt }: Place): void {
    this.#db.run('DELETE FROM place WHERE kind = ? AND name = ? AND entered_at = ?', kind, name, enteredAt)
  }

  leave(kind: ListedKind, name: string): void {
    this.#db.run('DELETE FROM place WHERE kind = ? AND name = ?', kind, name)
  }

  /** Places of one kind, those that entered last first. */
  ofKind(kind: ListedKind, most: number): Place[] {
    const query = `SELECT kind, name, entered_at AS enteredAt FROM place WHERE kind = ? ORDER BY entered_at DESC LIMIT ?`
    return this.#db.rows(placeRow, query, kind, most)
  }

  /** Places after a key (`''`: from the beginning), in the order of their keys. */
  after(key: string, most: number): Place[] {
    const slash = key.indexOf('/')
    return this.#db.rows(
      placeRow,
      'SELECT kind, name, entered_at AS enteredAt FROM place WHERE (kind, name) > (?, ?) ORDER BY kind, name LIMIT ?',
      key.slice(0, Math.max(0, slash)),
      key.slice(slash + 1),
      most,
    )
  }
}
