import * as batch from '../../delivery/batch.ts'
import { resolveBatches } from '../../delivery/resolve-batches.ts'
import type { UncertainDecision } from '../../events/domain-event.ts'
import { kindOf } from './addressees.ts'
import { decideLetter } from './decide-letter.ts'
import { insertDigest } from './digests.ts'
import type { LetterRow, NewLetter, WrittenLetters } from './letter-rows.ts'
import { LetterTables } from './letter-tables.ts'

/** Why a letter is uncertain whose call had no answer when its writer was erased. */
const ERASED = 'the writer was erased before the provider answered; the letter is deleted and cannot be sent again'

/** A letter's row before it is known how the letter goes. */
type UnsentRow = Omit<LetterRow, 'id' | 'inCc' | 'batch' | 'date'>

/** The stored letters of a campaign: how they are inserted, resolved, erased and dropped. */
export class LetterState extends LetterTables {
  /** Stores one writer's letters within the caller's transaction: each is held, queued, cancelled or skipped. */
  insert({ letters, ...one }: WrittenLetters, now: number, random: () => number): void {
    let goesAlone = false // some letter goes to a target as a mail of its own; targets come first in `letters`
    for (const letter of letters) {
      const { addressee, address, recipient } = letter
      const { alone, among } = this.#waysOf(letter)
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
      if (decision === 'hold') this.rows.insert({ ...row, batch: 0, date: now }, among)
      else if (decision === 'send' && alone !== null) this.#insertSingle(row, alone, turn)
      else this.#insertCancelled(row, now)
      goesAlone ||= decision === 'send'
    }
    this.noteEnded([one.writer]) // such as one whose letters are all withheld
  }

  /** The forms that a letter may take: of a digest only if the campaign gathers letters to this addressee, or its reader asked for it. */
  #waysOf({ addressee, recipient, alone, among }: NewLetter): Pick<NewLetter, 'alone' | 'among'> {
    if (addressee.kind === 'target' && this.wishes.of(recipient) === 'digest') return { alone: null, among }
    return { alone, among: addressee.ways.among ? among : null }
  }

  /** Queues a letter as a mail of its own. */
  #insertSingle(row: UnsentRow, sealed: Uint8Array<ArrayBuffer>, turn: number): void {
    const head = { ...batch.newBatchHeader(this.ledger.nextId(), row.addressee, 1), dueAt: turn }
    this.schedule.takeTurn(row.addressee, turn)
    this.ledger.insert({ head, people: [row.fingerprint], recipients: sealed })
    this.rows.insert({ ...row, batch: head.id, date: turn }, null)
  }

  #insertCancelled(row: UnsentRow, now: number): void {
    const waiting = { ...batch.newBatchHeader(this.ledger.nextId(), row.addressee, 1), dueAt: now }
    const head = batch.cancel(waiting)
    this.ledger.insert({ head, people: [row.fingerprint], recipients: new Uint8Array() })
    this.rows.insert({ ...row, batch: head.id, date: now }, null)
  }

  /** Whether mail to this address is still allowed. An address that stopped copies can still be a target. */
  #isOpen(addressee: string, recipient: string): boolean {
    if (this.schedule.isStopped(addressee)) return false
    if (kindOf(addressee) === 'target') return this.wishes.of(recipient) !== 'left-office'
    return !this.schedule.hasStoppedCopies(recipient)
  }

  /**
   * Drops a person's text, by the fingerprint of their address or mailbox, and takes them out of all waiting mails. A mail whose call had
   * no answer becomes uncertain and can never be sent again. False while a call with such a mail is under way: it must be repeated.
   */
  erase(fingerprint: string): boolean {
    const now = Date.now()
    return this.db.transaction(() => {
      const rows = this.rows.dropEntriesByPerson(fingerprint)
      for (const row of rows)
        if (row.batch === 0) insertDigest(this, [row], (head) => batch.exclude(head, [0], 'suppressed'), now)
      return rows.map((row) => this.#eraseInMail(row)).every((done) => done)
    })
  }

  #eraseInMail(row: LetterRow): boolean {
    const head = this.ledger.head(row.batch)
    if (head === undefined || head.state === 'settled') return true
    if (this.ledger.openCalls.has(head.id)) return false
    if (head.state === 'waiting' && head.statuses.at(row.position) === 'waiting')
      this.ledger.save(batch.exclude(head, [row.position], 'suppressed'))
    if (head.statuses.size > 1) return true // a digest, which is made of the entries of its writers
    if (head.state === 'attempted') this.ledger.save(batch.giveUp(head, ERASED))
    this.ledger.dropRecipients(head.id)
    return true
  }

  /** Applies an organiser's decision about uncertain mails. Returns the ids that it applied to. */
  resolve(mails: readonly batch.BatchAtGeneration[], decision: UncertainDecision, now: number): number[] {
    const mayGo = ({ addressee, recipient }: LetterRow) => this.#isOpen(addressee, recipient)
    return this.db.transaction(() =>
      resolveBatches(this.ledger, mails, decision, now, (id) => this.rows.inBatch(id).every(mayGo)),
    )
  }

  /**
   * Drops the texts of uncertain mails that no organiser has decided about in time, and notes that their writers' letters have ended.
   * Call it when no other mail waits: those of settled mails were dropped as they ended.
   */
  dropPersonal(): void {
    this.db.transaction(() => {
      for (const { id } of this.ledger.uncertain()) {
        this.rows.dropEntriesOf(id)
        this.ledger.dropRecipients(id)
        this.noteEnded(this.rows.writersIn(id), true)
      }
    })
  }
}
