import type { TargetWish } from '../../campaigns/counters.ts'
import { cancel, markReturned, refuseWaiting } from '../../delivery/batch.ts'
import { kindOf, type Recipients } from './addressees.ts'
import { insertDigest } from './digests.ts'
import { lastAccepted } from './letter-queries.ts'
import type { LetterRow } from './letter-rows.ts'
import type { LetterTables } from './letter-tables.ts'

/** Cancels all waiting letters, or only letters written for one revision. */
export function cancelLetters(tables: LetterTables, revision?: string): void {
  cancelWhere(tables, (row) => revision === undefined || row.revision === revision)
}

/** Cancels waiting letters and copies. Accepted messages of support still reach the workers after a campaign's end. */
export function cancelAllButSupport(tables: LetterTables): void {
  cancelWhere(tables, ({ addressee }) => kindOf(addressee) !== 'support')
}

/** Cancels waiting letters to addresses that the campaign no longer has. `recipients` are the addresses it has now. */
export function cancelExcept(tables: LetterTables, recipients: Recipients): void {
  cancelWhere(tables, ({ addressee, recipient }) => recipients.get(addressee)?.includes(recipient) !== true)
}

/** Stops all mail to an addressee, and cancels what waits. Organisers see the reason. */
export function stopAddressee(tables: LetterTables, key: string, reason: string): void {
  tables.db.transaction(() => {
    tables.schedule.stop(key, reason)
    cancelWhere(tables, ({ addressee }) => addressee === key)
  })
}

/** Stops copies and messages of support to an address, by its fingerprint. Letters to a target of the same address still go. */
export function stopCopies(tables: LetterTables, recipient: string): void {
  tables.db.transaction(() => {
    tables.schedule.stopCopies(recipient)
    cancelWhere(tables, (row) => row.recipient === recipient && kindOf(row.addressee) !== 'target')
  })
}

/** Stores what the reader at a target asks for. With `left-office` it cancels what waits for this address. False when nothing changes. */
export function recordWish(tables: LetterTables, target: string, recipient: string, wish: TargetWish): boolean {
  return tables.db.transaction(() => {
    if (!tables.wishes.put(target, recipient, wish, Date.now())) return false
    if (wish === 'left-office')
      cancelWhere(tables, (row) => row.recipient === recipient && kindOf(row.addressee) === 'target')
    return true
  })
}

/** Marks a mail as refused because its mailbox does not exist, and stops its addressee. */
export function recordDeadMailbox(tables: LetterTables, id: number): void {
  tables.db.transaction(() => {
    const refused = refuseWaiting(tables.ledger.head(id))
    if (refused !== null) tables.ledger.save(refused)
    const head = tables.ledger.head(id)
    if (head !== undefined) stopAddressee(tables, head.group, head.reason)
  })
}

/** Marks the last accepted mail to an address as refused, because a mail bounced after acceptance, and stops the addressee. */
export function recordBounce(tables: LetterTables, key: string, recipient: string, reason: string): void {
  if (tables.schedule.isStopped(key)) return
  tables.db.transaction(() => {
    const last = lastAccepted(tables.rows, tables.ledger, key, recipient)
    if (last !== undefined) tables.ledger.save(markReturned(last, reason))
    stopAddressee(tables, key, reason)
  })
}

/** Cancels waiting batches with such a letter, and held letters, each as a cancelled batch of its own. */
function cancelWhere(tables: LetterTables, matches: (row: LetterRow) => boolean): void {
  const now = Date.now()
  tables.db.transaction(() => {
    for (const head of [...tables.ledger.due()])
      if (tables.rows.inBatch(head.id).some(matches)) tables.ledger.save(cancel(head))
    for (const row of tables.rows.held().flatMap((group) => tables.rows.heldIn(group, Number.MAX_SAFE_INTEGER)))
      if (matches(row)) insertDigest(tables, [row], cancel, now)
    returnTurns(tables, now)
  })
}

/** Makes the turns of cancelled letters free for the next letters. */
function returnTurns({ ledger, schedule }: LetterTables, now: number): void {
  const last = new Map<string, number>()
  for (const { group, dueAt } of ledger.due()) last.set(group, Math.max(dueAt, last.get(group) ?? now))
  for (const key of schedule.keys()) schedule.returnTurns(key, last.get(key) ?? now)
}
