import * as batch from '../dispatch/batch.ts'
import { Ledger } from '../dispatch/ledger.ts'
import { type Desk, nextSlot, officeTime } from './office-hours.ts'

/** Drafts that may wait in one campaign: a week of them at a rate no campaign has had; beyond it somebody is filling it. */
export const MAX_DRAFTS = 50_000

/** Milliseconds after which a turn has passed: an alarm is not later than that by itself. */
const LATE_MS = 10 * 60_000

export type DraftRow = { id: string; sealed: string; at: number }

/** A letter about to be kept: sealed for `placeOf` it. */
export type NewLetter = {
  target: string
  address: number
  recipient: string // fingerprint of the address
  sealed: Uint8Array<ArrayBuffer>
  desk: Desk
}

/** Somebody who has confirmed: by the fingerprint of their mailbox, so that no `+tag` makes two of one. */
export type Admitted = {
  draft: string
  writer: string
  fingerprint: string // of the address itself, by which they may have themselves erased
  kept: string // the draft and its letters, sealed, until the receipt
  country: string
  revision: string
  people: string // JSON: how the campaign names people in that revision
  letters: readonly NewLetter[]
}

export type LetterRow = {
  batch: number
  draft: string
  writer: string
  target: string
  address: number
  revision: string
  recipient: string
}
export type WriterRow = { writer: string; draft: string; kept: string }

/** What a campaign's object keeps of letters. A letter is a batch of one in the ledger; `locale` there names its target. */
export class LetterState {
  readonly ledger: Ledger
  readonly #storage: DurableObjectStorage
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#sql = storage.sql
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS draft (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID',
    )
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS writer (
      writer TEXT PRIMARY KEY, draft TEXT NOT NULL, kept TEXT, country TEXT NOT NULL, day TEXT NOT NULL) WITHOUT ROWID`)
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS letter (
      batch INTEGER PRIMARY KEY, draft TEXT NOT NULL, writer TEXT NOT NULL, target TEXT NOT NULL, address INTEGER NOT NULL,
      revision TEXT NOT NULL, recipient TEXT NOT NULL, UNIQUE (writer, target, address))`)
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS target (
      id TEXT PRIMARY KEY, slot INTEGER NOT NULL, stopped TEXT NOT NULL) WITHOUT ROWID`)
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS revision (revision TEXT PRIMARY KEY, people TEXT NOT NULL) WITHOUT ROWID',
    )
    this.ledger = new Ledger(this.#sql)
  }

  /** False when too many wait. */
  keepDraft({ id, sealed, at }: DraftRow): boolean {
    if (this.#count('draft') >= MAX_DRAFTS) return false
    this.#sql.exec('INSERT INTO draft VALUES (?, ?, ?)', id, sealed, at)
    return true
  }

  draft(id: string): DraftRow | undefined {
    return this.#sql.exec<DraftRow>('SELECT id, sealed, at FROM draft WHERE id = ?', id).toArray()[0]
  }

  dropDraft(id: string): void {
    this.#sql.exec('DELETE FROM draft WHERE id = ?', id)
  }

  dropDraftsBefore(at: number): void {
    this.#sql.exec('DELETE FROM draft WHERE at < ?', at)
  }

  /** Whether this draft was confirmed: pressing twice is once. */
  wasConfirmed(draft: string): boolean {
    return this.#sql.exec('SELECT 1 FROM writer WHERE draft = ?', draft).toArray().length > 0
  }

  /**
   * Takes a confirmed draft's letters, in one transaction with the end of the draft: nobody writes twice to a target, whatever they confirm.
   * Answers how many were taken.
   */
  admit({ letters, ...one }: Admitted, now: number, random: () => number): number {
    return this.#storage.transactionSync(() => {
      this.dropDraft(one.draft)
      const known = this.#sql.exec('SELECT 1 FROM writer WHERE writer = ?', one.writer).toArray().length > 0
      if (known) return 0
      this.#sql.exec('INSERT OR IGNORE INTO revision VALUES (?, ?)', one.revision, one.people)
      const stopped = new Set(this.stopped().map(({ target }) => target))
      const day = new Date(now).toISOString().slice(0, 10)
      this.#sql.exec('INSERT INTO writer VALUES (?, ?, ?, ?, ?)', one.writer, one.draft, one.kept, one.country, day)
      for (const { target, address, recipient, sealed, desk } of letters) {
        const id = this.ledger.nextId()
        const head = stopped.has(target)
          ? batch.cancel(batch.newHead(id, target, 1))
          : { ...batch.newHead(id, target, 1), dueAt: this.#slot(target, desk, now, random()) }
        this.ledger.insert({
          head,
          people: [one.fingerprint],
          envelopes: head.state === 'settled' ? new Uint8Array() : sealed,
        })
        const values = [id, one.draft, one.writer, target, address, one.revision, recipient]
        this.#sql.exec('INSERT INTO letter VALUES (?, ?, ?, ?, ?, ?, ?)', ...values)
      }
      return letters.length
    })
  }

  letter(batchId: number): LetterRow {
    return this.#sql.exec<LetterRow>('SELECT * FROM letter WHERE batch = ?', batchId).one()
  }

  /** No letter goes to this target any more; those that wait are let go. The reason is for the organiser. */
  stop(target: string, reason: string): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec(
        'INSERT INTO target VALUES (?, 0, ?) ON CONFLICT (id) DO UPDATE SET stopped = excluded.stopped',
        target,
        reason,
      )
      for (const head of [...this.ledger.due()]) if (head.locale === target) this.ledger.save(batch.cancel(head))
    })
  }

  /** A target's server said that the mailbox is dead: the letter came back, and the others are let go. */
  bounced(id: number, target: string): void {
    const refused = batch.refuseDoubtful(this.ledger.head(id))
    if (refused !== null) this.ledger.save(refused)
    this.stop(target, this.ledger.head(id)?.reason ?? '')
  }

  stopped(): Array<{ target: string; reason: string }> {
    return this.#sql
      .exec<{ target: string; reason: string }>(
        "SELECT id AS target, stopped AS reason FROM target WHERE stopped != ''",
      )
      .toArray()
  }

  /** Lets go of letters to whoever is not written to any more; `recipients` are fingerprints by target. */
  keepOnly(recipients: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.#storage.transactionSync(() => {
      for (const head of [...this.ledger.due()]) {
        const { recipient } = this.letter(head.id)
        if (recipients.get(head.locale)?.has(recipient) !== true) this.ledger.save(batch.cancel(head))
      }
    })
  }

  /**
   * Gives letters whose turn has passed, or has come at a wrong hour, a new one behind all others of their desk: after a stop they
   * would all go at once.
   */
  retime(desks: ReadonlyMap<string, Desk>, now: number, random: () => number): void {
    const shut = new Set([...desks].filter(([, { zone }]) => officeTime(now, zone) !== now).map(([target]) => target))
    const late = [...this.ledger.due()].filter(
      ({ state, dueAt, locale }) =>
        state === 'waiting' && (dueAt < now - LATE_MS || (dueAt <= now && shut.has(locale))),
    )
    if (late.length === 0) return
    this.#storage.transactionSync(() => {
      for (const head of late.sort((a, b) => a.dueAt - b.dueAt))
        this.ledger.save({ ...head, dueAt: this.#slot(head.locale, desks.get(head.locale) ?? {}, now, random()) })
    })
  }

  /** A letter that does not open is not sent and not lost: a person who puts the key back has it sent again. */
  spoilt(id: number, reason: string): void {
    const head = this.ledger.head(id)
    if (head !== undefined) this.ledger.save(batch.giveUp(head, reason))
  }

  /** Lets go of everything that waits; `revision` limits it to letters of that one. */
  cancel(revision?: string): void {
    const meant = new Set(
      revision === undefined
        ? []
        : this.#sql
            .exec<{ batch: number }>('SELECT batch FROM letter WHERE revision = ?', revision)
            .toArray()
            .map(({ batch }) => batch),
    )
    this.#storage.transactionSync(() => {
      for (const head of [...this.ledger.due()])
        if (revision === undefined || meant.has(head.id)) this.ledger.save(batch.cancel(head))
    })
  }

  revisions(): Array<{ revision: string; people: string }> {
    return this.#sql.exec<{ revision: string; people: string }>('SELECT * FROM revision').toArray()
  }

  /** Writers whose letters have all come to an end, and who were not told yet. */
  toBeTold(most: number): WriterRow[] {
    return this.#sql
      .exec<WriterRow>(
        `SELECT writer, draft, kept FROM writer AS w WHERE kept IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM letter JOIN batch ON batch.id = letter.batch WHERE letter.writer = w.writer AND batch.state != 'settled')
         LIMIT ?`,
        most,
      )
      .toArray()
  }

  lettersOf(writer: string): LetterRow[] {
    return this.#sql.exec<LetterRow>('SELECT * FROM letter WHERE writer = ? ORDER BY batch', writer).toArray()
  }

  /** Nothing of them is left but that somebody has written. */
  told(writer: string): void {
    this.#sql.exec('UPDATE writer SET kept = NULL WHERE writer = ?', writer)
  }

  writers(): number {
    return this.#count('writer')
  }

  writersBy(column: 'country' | 'day'): Record<string, number> {
    const rows = this.#sql.exec<{ name: string; n: number }>(
      `SELECT ${column} AS name, COUNT(*) AS n FROM writer GROUP BY ${column}`,
    )
    return Object.fromEntries([...rows].map(({ name, n }) => [name, n]))
  }

  oldestDraftAt(): number | null {
    return this.#sql.exec<{ at: number | null }>('SELECT MIN(at) AS at FROM draft').one().at
  }

  /** What nobody has decided or fetched in time: the texts of uncertain letters, and writers who could not be told. */
  dropPersonal(): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec('UPDATE writer SET kept = NULL WHERE kept IS NOT NULL')
      for (const { id } of this.ledger.uncertain()) this.ledger.dropEnvelopes(id)
    })
  }

  /** Everything. */
  clear(): void {
    this.#storage.transactionSync(() => {
      for (const table of ['draft', 'writer', 'letter', 'target', 'revision']) this.#sql.exec(`DELETE FROM ${table}`)
      this.ledger.clear()
    })
  }

  resolve(
    asked: ReadonlyArray<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
    now: number,
  ): number[] {
    return this.#storage.transactionSync(() =>
      asked.flatMap(({ id, generation }) => {
        const head = this.ledger.head(id)
        if (decision === 'send-again' && head !== undefined && this.ledger.body(id).envelopes === null) return []
        const resolved = head && batch.resolve(head, generation, decision, now)
        if (!resolved) return []
        this.ledger.save(resolved)
        return [id]
      }),
    )
  }

  #slot(target: string, desk: Desk, now: number, random: number): number {
    const [row] = this.#sql.exec<{ slot: number }>('SELECT slot FROM target WHERE id = ?', target).toArray()
    const slot = nextSlot(now, row?.slot ?? 0, desk, random)
    this.#sql.exec(
      "INSERT INTO target VALUES (?, ?, '') ON CONFLICT (id) DO UPDATE SET slot = excluded.slot",
      target,
      slot,
    )
    return slot
  }

  #count(table: 'draft' | 'writer'): number {
    return this.#sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).one().n
  }
}
