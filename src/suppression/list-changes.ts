import * as z from 'zod'
import { MINUTE_MS } from '../kit/durations.ts'
import { type Database, flag } from '../storage/database.ts'
import type { RecentChange } from '../supporter-list/recent-changes.ts'

/**
 * Milliseconds for which a change is known after KV took it. Longer than KV's lists are stale (up to ten minutes seen), with room for a
 * slow page.
 */
export const KNOWN_MS = 15 * MINUTE_MS

/**
 * Milliseconds between two writes of one key: just over KV's limit of one a second. A person who changes twice must not cost a refused
 * write.
 */
const BETWEEN_WRITES_MS = 1_100

/**
 * WITHOUT ROWID and without an index, a change is three written rows: when it is made, when KV has it, when it is dropped. The object
 * knows in memory what is due.
 */
export const LIST_CHANGES_TABLE = `CREATE TABLE list_change (
  fingerprint TEXT PRIMARY KEY, kind TEXT NOT NULL, record TEXT, is_since_open INTEGER NOT NULL, left_at INTEGER NOT NULL, goodbye TEXT,
  proof TEXT, version INTEGER NOT NULL, done_at INTEGER, due_at INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID`

/**
 * `add`: write the record. `add-anew`: the same after an erasure that KV did not have yet, whose proof is removed first. `leave`: remove
 * the record and keep a proof of consent. `leave-again`: the same if KV still holds a record. `erase`: remove record and proof.
 */
const kind = z.enum(['add', 'add-anew', 'leave', 'leave-again', 'erase'])
type ChangeKind = z.infer<typeof kind>

const changeRow = z.object({
  fingerprint: z.string(),
  kind,
  record: z.string().nullable(), // sealed for its key in KV
  isSinceOpen: flag, // KV could not be read: an earlier record may hold an earlier `since`
  leftAt: z.number(), // epoch ms; 0 unless the person left
  goodbye: z.string().nullable(), // language of the goodbye mail that is still to be queued
  proof: z.string().nullable(), // sealed for its key in KV
  version: z.int(),
  tries: z.int(),
})
/** A change of a person that KV does not have yet. */
export type ListChange = z.infer<typeof changeRow>

const dueRow = z.object({ fingerprint: z.string(), dueAt: z.number(), doneAt: z.number().nullable() })
const versionRow = z.object({ version: z.int(), doneAt: z.number().nullable(), kind })
const recentRow = z.object({ fingerprint: z.string(), record: z.string().nullable() })

/** SQL: the change puts the person on the list. */
const IS_ADDITION = "kind IN ('add', 'add-anew')"
const isAddition = ({ kind }: { kind: ChangeKind }): boolean => kind === 'add' || kind === 'add-anew'

type NewChange = Pick<ListChange, 'kind' | 'record' | 'isSinceOpen' | 'leftAt'> & { goodbye?: string | undefined }
type Departure = { kind: Exclude<ChangeKind, 'add' | 'add-anew'>; leftAt: number; goodbye?: string | undefined }

/** The newest change of each person until KV has had it for `KNOWN_MS`. */
export class ListChanges {
  readonly #db: Database
  readonly #due = new Map<string, { dueAt: number; isDone: boolean }>()

  constructor(db: Database) {
    this.#db = db
    db.keepInSync(() => {
      this.#due.clear()
      const query = 'SELECT fingerprint, due_at AS dueAt, done_at AS doneAt FROM list_change'
      for (const { fingerprint, dueAt, doneAt } of db.rows(dueRow, query))
        this.#due.set(fingerprint, { dueAt, isDone: doneAt !== null })
    })
  }

  /** Stores a person's new record, which replaces any earlier change. `now` in epoch ms. */
  add(fingerprint: string, record: string, isSinceOpen: boolean, now: number): void {
    const before = this.#versionOf(fingerprint)
    const isAnew = before?.doneAt === null && (before.kind === 'erase' || before.kind === 'add-anew')
    this.#store(fingerprint, { kind: isAnew ? 'add-anew' : 'add', record, isSinceOpen, leftAt: 0 }, now)
  }

  /** Stores that a person left. Keeps the record that KV may not have yet, because the proof of consent is made from it. */
  leave(fingerprint: string, { kind, leftAt, goodbye }: Departure, now: number): void {
    const known = this.#versionOf(fingerprint)
    if (kind === 'leave-again' && known !== undefined && known.doneAt === null && !isAddition(known)) return
    const record = kind === 'erase' ? null : this.recordOf(fingerprint)
    this.#store(fingerprint, { kind, record, isSinceOpen: false, leftAt, goodbye }, now)
  }

  /** The record of a recent change, sealed; null if there is none. */
  recordOf(fingerprint: string): string | null {
    const query = `SELECT fingerprint, record FROM list_change WHERE fingerprint = ? AND ${IS_ADDITION}`
    return this.#db.row(recentRow, query, fingerprint)?.record ?? null
  }

  /** Recent changes of fingerprints above `after` and up to `upTo`, in order. */
  between(after: string, upTo: string, most: number): RecentChange[] {
    const query = `SELECT fingerprint, CASE WHEN ${IS_ADDITION} THEN record END AS record FROM list_change
      WHERE fingerprint > ? AND fingerprint <= ? ORDER BY fingerprint LIMIT ?`
    return this.#db.rows(recentRow, query, after, upTo, most)
  }

  /** The given fingerprints that have a recent change. */
  among(fingerprints: readonly string[]): string[] {
    return fingerprints.filter((fingerprint) => this.#due.has(fingerprint))
  }

  /** Writes changes to KV again, because something else wrote these keys. */
  repeat(fingerprints: readonly string[], now: number): void {
    for (const fingerprint of this.among(fingerprints)) {
      const dueAt = now + BETWEEN_WRITES_MS
      this.#db.run('UPDATE list_change SET done_at = NULL, due_at = ? WHERE fingerprint = ?', dueAt, fingerprint)
      this.#due.set(fingerprint, { dueAt, isDone: false })
    }
  }

  /** Changes that KV should get now, the longest due first. */
  due(now: number, most: number): ListChange[] {
    const due = [...this.#due].filter(([, { dueAt, isDone }]) => !isDone && dueAt <= now)
    due.sort(([, a], [, b]) => a.dueAt - b.dueAt)
    return due.slice(0, most).flatMap(([fingerprint]) => this.#find(fingerprint) ?? [])
  }

  /** When something is due next (epoch ms): a write, or the end of a change; null if there are none. */
  nextAt(): number | null {
    let next: number | null = null
    for (const { dueAt } of this.#due.values()) if (next === null || dueAt < next) next = dueAt
    return next
  }

  /** Stores a departure's sealed proof before the record is removed. False if the person has changed since. */
  keepProof({ fingerprint, version }: ListChange, proof: string): boolean {
    if (this.#versionOf(fingerprint)?.version !== version) return false
    this.#db.run(
      'UPDATE list_change SET proof = ?, record = NULL, goodbye = NULL WHERE fingerprint = ?',
      proof,
      fingerprint,
    )
    return true
  }

  /** Replaces the record of a change, unless the person has changed since. */
  correct({ fingerprint, version }: ListChange, record: string): void {
    const query = 'UPDATE list_change SET record = ?, is_since_open = 0 WHERE fingerprint = ? AND version = ?'
    this.#db.run(query, record, fingerprint, version)
  }

  /** Stores that KV has the change, unless the person has changed since. */
  done({ fingerprint, version }: ListChange, now: number): void {
    if (this.#versionOf(fingerprint)?.version !== version) return
    this.#db.run(
      `UPDATE list_change SET done_at = ?1, due_at = ?2, record = CASE WHEN ${IS_ADDITION} THEN record END,
       kind = CASE kind WHEN 'add-anew' THEN 'add' ELSE kind END, goodbye = NULL, proof = NULL, is_since_open = 0 WHERE fingerprint = ?3`,
      now,
      now + KNOWN_MS,
      fingerprint,
    )
    this.#due.set(fingerprint, { dueAt: now + KNOWN_MS, isDone: true })
  }

  /** Stores when a refused change is tried again (epoch ms), unless the person has changed since. */
  refused({ fingerprint, version, tries }: ListChange, dueAt: number): void {
    if (this.#versionOf(fingerprint)?.version !== version) return
    this.#db.run('UPDATE list_change SET due_at = ?, tries = ? WHERE fingerprint = ?', dueAt, tries + 1, fingerprint)
    this.#due.set(fingerprint, { dueAt, isDone: false })
  }

  /** Drops changes that KV has had for long enough. */
  dropKnown(now: number): void {
    for (const [fingerprint, { dueAt, isDone }] of this.#due) {
      if (!isDone || dueAt > now) continue
      this.#db.run('DELETE FROM list_change WHERE fingerprint = ?', fingerprint)
      this.#due.delete(fingerprint)
    }
  }

  #store(fingerprint: string, change: NewChange, now: number): void {
    const before = this.#versionOf(fingerprint)
    const dueAt = Math.max(now, (before?.doneAt ?? 0) + BETWEEN_WRITES_MS)
    this.#db.run(
      `INSERT OR REPLACE INTO list_change
       (fingerprint, kind, record, is_since_open, left_at, goodbye, proof, version, done_at, due_at, tries)
       VALUES (?, ?, ?, ?, ?, ?, NULL, ?, NULL, ?, 0)`,
      fingerprint,
      change.kind,
      change.record,
      Number(change.isSinceOpen),
      change.leftAt,
      change.goodbye ?? null,
      (before?.version ?? 0) + 1,
      dueAt,
    )
    this.#due.set(fingerprint, { dueAt, isDone: false })
  }

  #find(fingerprint: string): ListChange | undefined {
    const query = `SELECT fingerprint, kind, record, is_since_open AS isSinceOpen, left_at AS leftAt, goodbye, proof, version, tries
      FROM list_change WHERE fingerprint = ?`
    return this.#db.row(changeRow, query, fingerprint)
  }

  #versionOf(fingerprint: string): z.infer<typeof versionRow> | undefined {
    const query = 'SELECT version, done_at AS doneAt, kind FROM list_change WHERE fingerprint = ?'
    return this.#db.row(versionRow, query, fingerprint)
  }
}
