import * as batch from '../../delivery/batch.ts'
import { Ledger } from '../../delivery/ledger.ts'
import { resolveBatches } from '../../delivery/resolve-batches.ts'
import type { Database } from '../../storage/database.ts'
import { AddresseeSchedule } from './addressee-schedule.ts'
import { type Addressee, type AddresseeKind, kindOf, type Recipients } from './addressees.ts'
import { decideLetter } from './decide-letter.ts'
import { MAX_DIGEST_ENTRIES } from './digest-entry.ts'
import { lastAccepted, openAmong, settledWithEntries } from './letter-queries.ts'
import { type LetterRow, LetterRows, type WrittenLetters } from './letter-rows.ts'
import { hasMissed, isShut, nextWindow } from './turn.ts'

/**
 * What a campaign's object keeps of letters, and of what goes the same way: copies and messages of support. Every mail is a batch in the
 * ledger, where `group` is the key of its addressee; a batch has one person, or all whose words the mail carries.
 */
export class LetterState {
  readonly ledger: Ledger
  readonly schedule: AddresseeSchedule
  readonly rows: LetterRows
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
    this.rows = new LetterRows(db)
    this.schedule = new AddresseeSchedule(db)
    this.ledger = new Ledger(db)
  }

  /** Within the caller's transaction. Nobody writes twice to an address, whatever they confirm. */
  insert({ letters, ...one }: WrittenLetters, now: number, random: () => number): void {
    let goesAlone = false // to a target: targets come first
    for (const { addressee, address, recipient, alone, among } of letters) {
      const turn = alone === null ? now : this.schedule.nextTurn(addressee, now, random())
      const decision = decideLetter({
        kind: addressee.kind,
        isWritten: this.rows.has(one.writer, addressee.key, address),
        isOpen: this.#isOpen(addressee.key, recipient),
        alone: alone !== null,
        among: among !== null,
        seesIt: addressee.inCc && goesAlone,
        waitMs: turn - now,
      })
      if (decision === 'skip') continue
      const row = { ...one, addressee: addressee.key, address, recipient, confirmedAt: now, position: 0 }
      if (decision === 'hold') {
        this.rows.insert({ ...row, batch: 0, date: now }, among)
        continue
      }
      const isSent = decision === 'send'
      const id = this.ledger.nextId()
      const waiting = { ...batch.newBatchHeader(id, addressee.key, 1), dueAt: isSent ? turn : now }
      if (isSent) this.schedule.takeTurn(addressee.key, turn)
      goesAlone ||= isSent
      this.ledger.insert({
        head: isSent ? waiting : batch.cancel(waiting),
        people: [one.fingerprint],
        envelopes: (isSent ? alone : null) ?? new Uint8Array(),
      })
      this.rows.insert({ ...row, batch: id, date: waiting.dueAt }, null)
    }
  }

  /** Whether anything goes to this address of an addressee. Who wants no more copies may be a target as well. */
  #isOpen(addressee: string, recipient: string): boolean {
    if (this.schedule.isStopped(addressee)) return false
    return kindOf(addressee) === 'target' || !this.schedule.hasStoppedCopies(recipient)
  }

  /** Behind all others of this addressee; epoch ms. */
  #takeTurn(addressee: Pick<Addressee, 'key' | 'perHour' | 'zone'>, now: number, random: () => number): number {
    const turn = this.schedule.nextTurn(addressee, now, random())
    this.schedule.takeTurn(addressee.key, turn)
    return turn
  }

  /** Makes mails of what was gathered long enough. */
  createDigests(addressees: ReadonlyMap<string, Addressee>, now: number, random: () => number): void {
    for (const group of this.rows.held()) {
      const addressee = addressees.get(group.addressee)
      if (addressee === undefined || nextWindow(group.since, addressee.digestInterval, addressee.zone) > now) continue
      this.#db.transaction(() => {
        const rows = this.rows.heldIn(group)
        for (let from = 0; from < rows.length; from += MAX_DIGEST_ENTRIES) {
          const dueAt = this.#takeTurn(addressee, now, random)
          this.#insertBatch(rows.slice(from, from + MAX_DIGEST_ENTRIES), (head) => ({ ...head, dueAt }), now)
        }
      })
    }
  }

  /** When the next mail of gathered letters is to be made, or null. */
  nextDigestAt(addressees: ReadonlyMap<string, Addressee>): number | null {
    const times = this.rows.held().flatMap(({ addressee: key, since }) => {
      const addressee = addressees.get(key)
      return addressee === undefined ? [] : [nextWindow(since, addressee.digestInterval, addressee.zone)]
    })
    return times.length === 0 ? null : Math.min(...times)
  }

  /** One batch of these letters. */
  #insertBatch(rows: readonly LetterRow[], as: (head: batch.BatchHeader) => batch.BatchHeader, now: number): void {
    const [first] = rows
    if (first === undefined) return
    const head = as(batch.newBatchHeader(this.ledger.nextId(), first.addressee, rows.length))
    const people = rows.map(({ fingerprint }) => fingerprint)
    this.ledger.insert({ head, people, envelopes: new Uint8Array() })
    for (const [position, { id }] of rows.entries()) this.rows.assignBatch(id, head.id, position, now)
  }

  /** Lets go of what waits at these addressees, gathered or not. */
  #cancelWhere(is: (row: LetterRow) => boolean): void {
    const now = Date.now()
    this.#db.transaction(() => {
      for (const head of [...this.ledger.due()])
        if (this.rows.inBatch(head.id).some(is)) this.ledger.save(batch.cancel(head))
      for (const row of this.rows.held().flatMap((group) => this.rows.heldIn(group)))
        if (is(row)) this.#insertBatch([row], batch.cancel, now)
      this.#returnTurns(now)
    })
  }

  /** Who writes next takes the turns of those that were let go. */
  #returnTurns(now: number): void {
    const last = new Map<string, number>()
    for (const { group, dueAt } of this.ledger.due()) last.set(group, Math.max(dueAt, last.get(group) ?? now))
    for (const key of this.schedule.keys()) this.schedule.returnTurns(key, last.get(key) ?? now)
  }

  /** Everything that waits, or all that was written for one revision. */
  cancel(revision?: string): void {
    this.#cancelWhere((row) => revision === undefined || row.revision === revision)
  }

  /** Lets go of what is for addresses that are no longer written to. */
  cancelExcept(recipients: Recipients): void {
    this.#cancelWhere(({ addressee, recipient }) => recipients.get(addressee)?.includes(recipient) !== true)
  }

  /** Nothing goes to this addressee any more; what waits is let go. The reason is for the organiser. */
  stop(key: string, reason: string): void {
    this.#db.transaction(() => {
      this.schedule.stop(key, reason)
      this.#cancelWhere(({ addressee }) => addressee === key)
    })
  }

  /** Whoever gets copies wants no more of them: from this moment nothing goes to that address but letters to a target. */
  stopCopies(recipient: string): void {
    this.#db.transaction(() => {
      this.schedule.stopCopies(recipient)
      this.#cancelWhere((row) => row.recipient === recipient && kindOf(row.addressee) !== 'target')
    })
  }

  /** A mail was refused, who knows for which of its addresses: from now on it goes without those in Cc. */
  leaveOutCc(id: number): void {
    this.rows.leaveOutCc(id)
  }

  /** A server said that the mailbox is dead: the mail came back, and the others are let go. */
  recordDeadMailbox(id: number): void {
    this.#db.transaction(() => {
      const refused = batch.refuseWaiting(this.ledger.head(id))
      if (refused !== null) this.ledger.save(refused)
      const head = this.ledger.head(id)
      if (head !== undefined) this.stop(head.group, head.reason)
    })
  }

  /**
   * A mail that a server had accepted came back: the last one to that address is told of as refused, and nothing goes to that addressee any more.
   */
  recordBounce(key: string, recipient: string, reason: string): void {
    if (this.schedule.isStopped(key)) return
    this.#db.transaction(() => {
      const last = lastAccepted(this.rows, this.ledger, key, recipient)
      if (last !== undefined) this.ledger.save(batch.markReturned(last, reason))
      this.stop(key, reason)
    })
  }

  /**
   * Gives mails whose turn has passed, or has come at a wrong hour, a new one behind all others of their addressee: after a stop they
   * would all go at once.
   */
  reschedule(addressees: ReadonlyMap<string, Addressee>, now: number, random: () => number): void {
    const shut = new Set([...addressees.values()].filter(({ zone }) => isShut(zone, now)).map(({ key }) => key))
    const late = [...this.ledger.due()].filter(
      ({ state, dueAt, group }) => state === 'waiting' && hasMissed(dueAt, shut.has(group), now),
    )
    if (late.length === 0) return
    this.#db.transaction(() => {
      for (const head of late.sort((a, b) => a.dueAt - b.dueAt)) {
        const dueAt = this.#takeTurn(addressees.get(head.group) ?? { key: head.group }, now, random)
        this.ledger.save({ ...head, dueAt })
        this.rows.redate(head.id, dueAt)
      }
    })
  }

  /** Somebody has had themselves erased, their address or their mailbox: their words go at once, and what waits goes without them. What is unanswered stays so. */
  erase(fingerprint: string): void {
    const now = Date.now()
    this.#db.transaction(() => {
      const theirs = this.rows.dropEntriesByPerson(fingerprint)
      for (const row of theirs) {
        if (row.batch === 0) this.#insertBatch([row], (head) => batch.exclude(head, [0], 'suppressed'), now)
        const head = this.ledger.head(row.batch)
        if (head?.state === 'waiting' && head.statuses.at(row.position) === 'waiting')
          this.ledger.save(batch.exclude(head, [row.position], 'suppressed'))
      }
    })
  }

  resolve(
    mails: ReadonlyArray<{ id: number; generation: number }>,
    decision: batch.UncertainDecision,
    now: number,
  ): number[] {
    const mayGo = ({ addressee, recipient }: LetterRow) => this.#isOpen(addressee, recipient)
    return this.#db.transaction(() =>
      resolveBatches(this.ledger, mails, decision, now, (id) => this.rows.inBatch(id).every(mayGo)),
    )
  }

  /** As `letter-progress.ts` tells. */
  openAmong(writers: readonly string[], atLast: boolean): Set<string> {
    return openAmong(this.rows, this.ledger, writers, atLast)
  }

  /** Those that are held for a mail with others. */
  countHeld(kind: AddresseeKind): number {
    return this.rows.countHeld(kind)
  }

  /** The words of mails that have come to their end. */
  dropSettledEntries(): void {
    const settled = settledWithEntries(this.rows, this.ledger)
    if (settled.length > 0) this.rows.dropEntriesOf(settled)
  }

  /** What nobody has decided in time: the texts of uncertain mails. */
  dropPersonal(): void {
    this.#db.transaction(() => {
      this.rows.dropEntries()
      for (const { id } of this.ledger.uncertain()) this.ledger.dropEnvelopes(id)
    })
  }

  clear(): void {
    this.#db.transaction(() => {
      this.rows.clear()
      this.schedule.clear()
      this.ledger.clear()
    })
  }
}
