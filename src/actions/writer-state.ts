/** Somebody who has confirmed: by the fingerprint of their mailbox, so that no `+tag` makes two of one. */
export type NewWriter = {
  writer: string
  fingerprint: string // of the address itself, by which they may have themselves erased
  draft: string
  kept: string // the draft and its letters, sealed, until the receipt
  consented: string | null // sealed: what they let us keep until the campaign has ended
  country: string
}

export type WriterRow = { writer: string; fingerprint: string; draft: string; kept: string }
export type ConsentRow = { writer: string; fingerprint: string; draft: string; consented: string; at: number }

/** Who has written in a campaign, and what they let us keep. */
export class WriterState {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS writer (
      writer TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, draft TEXT NOT NULL, kept TEXT, consented TEXT, country TEXT NOT NULL,
      at INTEGER NOT NULL) WITHOUT ROWID`)
  }

  /** Whether this draft was confirmed: pressing twice is once. */
  wasConfirmed(draft: string): boolean {
    return this.#sql.exec('SELECT 1 FROM writer WHERE draft = ?', draft).toArray().length > 0
  }

  /** False when the mailbox has written before. */
  add({ writer, fingerprint, draft, kept, consented, country }: NewWriter, now: number): boolean {
    if (this.#sql.exec('SELECT 1 FROM writer WHERE writer = ?', writer).toArray().length > 0) return false
    const values = [writer, fingerprint, draft, kept, consented, country, now]
    this.#sql.exec('INSERT INTO writer VALUES (?, ?, ?, ?, ?, ?, ?)', ...values)
    return true
  }

  /**
   * Writers whose letters to targets have all come to an end, and who were not told yet, in the order of their mailboxes, behind `after`;
   * `atLast` those, too, of whose letters nobody can tell.
   */
  toBeTold(after: string, most: number, atLast = false): WriterRow[] {
    return this.#sql
      .exec<WriterRow>(
        `SELECT writer, fingerprint, draft, kept FROM writer AS w WHERE kept IS NOT NULL AND writer > ? AND NOT EXISTS (
           SELECT 1 FROM letter LEFT JOIN batch ON batch.id = letter.batch
           WHERE letter.writer = w.writer AND desk NOT LIKE '%:%' AND (letter.batch = 0 OR batch.state NOT IN ('settled', ?)))
         ORDER BY writer LIMIT ?`,
        after,
        atLast ? 'uncertain' : 'settled',
        most,
      )
      .toArray()
  }

  /** Nothing of them is left but that somebody has written, and what they let us keep. */
  told(writer: string): void {
    this.#sql.exec('UPDATE writer SET kept = NULL WHERE writer = ?', writer)
  }

  /** Those who let us keep something, in the order of their mailboxes, behind `after`. */
  consenting(after: string, most: number): ConsentRow[] {
    return this.#sql
      .exec<ConsentRow>(
        `SELECT writer, fingerprint, draft, consented, at FROM writer WHERE consented IS NOT NULL AND writer > ?
         ORDER BY writer LIMIT ?`,
        after,
        most,
      )
      .toArray()
  }

  /** Of one mailbox or address: none where they let us keep nothing. */
  consentOf(fingerprint: string): ConsentRow[] {
    return this.#sql
      .exec<ConsentRow>(
        `SELECT writer, fingerprint, draft, consented, at FROM writer
         WHERE consented IS NOT NULL AND (writer = ?1 OR fingerprint = ?1)`,
        fingerprint,
      )
      .toArray()
  }

  /** They let us keep less; null for nothing. */
  consentTo(writer: string, consented: string | null): void {
    this.#sql.exec('UPDATE writer SET consented = ? WHERE writer = ? AND consented IS NOT NULL', consented, writer)
  }

  /** Somebody has had themselves erased: the address they wrote from, or their mailbox. */
  forget(fingerprint: string): void {
    this.#sql.exec('UPDATE writer SET kept = NULL, consented = NULL WHERE fingerprint = ?1 OR writer = ?1', fingerprint)
  }

  count(): number {
    return this.#sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM writer').one().n
  }

  countBy(column: 'country' | 'day'): Record<string, number> {
    const name = column === 'day' ? "date(at / 1000, 'unixepoch')" : column
    const rows = this.#sql.exec<{ name: string; n: number }>(
      `SELECT ${name} AS name, COUNT(*) AS n FROM writer GROUP BY 1`,
    )
    return Object.fromEntries([...rows].map(({ name, n }) => [name, n]))
  }

  dropPersonal(): void {
    this.#sql.exec('UPDATE writer SET kept = NULL, consented = NULL WHERE kept IS NOT NULL OR consented IS NOT NULL')
  }

  clear(): void {
    this.#sql.exec('DELETE FROM writer')
  }
}
