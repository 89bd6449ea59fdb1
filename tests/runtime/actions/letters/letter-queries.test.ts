import { expect, test } from 'vitest'
import { recordBounce } from '../../../../src/actions/letters/cancel-letters.ts'
import { openAmong } from '../../../../src/actions/letters/letter-queries.ts'
import { LetterState } from '../../../../src/actions/letters/letter-state.ts'
import { findDueReceipts } from '../../../../src/actions/letters/receipts.ts'
import { WriterState } from '../../../../src/actions/writers/writer-state.ts'
import { type BatchState, newBatchHeader, startAttempt } from '../../../../src/delivery/batch.ts'
import { RecipientStatuses } from '../../../../src/delivery/recipient-statuses.ts'
import { inObject } from '../../../support/failing-statements.ts'
import { openCampaign } from '../../../support/open-databases.ts'

const writer = (n: number) => String(n).padStart(32, '0')

/** Runs a test in an object in which so many writers have a letter to a target and a copy to an office. */
const written = (people: number, run: (state: LetterState, writers: WriterState, sql: SqlStorage) => void) =>
  inObject((ctx) => {
    const db = openCampaign(ctx)
    const { sql } = ctx.storage
    const names = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${people})`
    sql.exec(`${names} INSERT INTO writer (writer, fingerprint, draft, confirmed_draft, consent, country, at)
      SELECT printf('%032d', i), printf('%032d', i), 'd' || i, 'sealed', NULL, '', 1 FROM n`)
    for (const addressee of ['one', 'copies:office'])
      sql.exec(
        `${names} INSERT INTO letter (addressee, kind, address, recipient, draft, writer, fingerprint, revision, batch, position, confirmed_at, date)
         SELECT ?1, CASE WHEN ?1 = 'one' THEN 'target' ELSE 'copies' END, 0, 'r', 'd' || i, printf('%032d', i), printf('%032d', i), 'r', 0, 0, 1, i FROM n`,
        addressee,
      )
    run(new LetterState(db), new WriterState(db), sql)
  })

/** Puts a writer's letter to the target into a batch of this state. */
function carry(state: LetterState, sql: SqlStorage, n: number, become: BatchState): void {
  const id = state.ledger.nextId()
  const status = become === 'uncertain' ? 'uncertain' : become === 'settled' ? 'accepted' : 'waiting'
  state.ledger.insert({
    head: { ...newBatchHeader(id, 'one', 1), state: become, statuses: RecipientStatuses.all(status, 1) },
    people: [writer(n)],
    recipients: new Uint8Array(),
  })
  sql.exec("UPDATE letter SET batch = ? WHERE writer = ? AND addressee = 'one'", id, writer(n))
}

test('writers whose letters to targets have ended are found among thousands of others, without regard to copies', () =>
  written(1_300, (state, writers, sql) => {
    const delivery = {
      openAmong: (some: readonly string[], atLast: boolean) => openAmong(state.rows, state.ledger, some, atLast),
    }
    const awaitingReceipt = (after: string, most: number, atLast = false) =>
      findDueReceipts({ writers, delivery }, after, most, atLast).map((row) => Number(row.writer))
    expect(awaitingReceipt('', 10)).toEqual([])
    for (const n of [3, 499, 500, 501, 1_000, 1_001, 1_299]) carry(state, sql, n, 'settled')
    for (const n of [4, 1_300]) carry(state, sql, n, 'uncertain')
    for (const n of [5, 6]) carry(state, sql, n, n === 5 ? 'waiting' : 'attempted')
    expect(awaitingReceipt('', 100)).toEqual([3, 499, 500, 501, 1_000, 1_001, 1_299])
    expect(awaitingReceipt('', 3)).toEqual([3, 499, 500])
    expect(awaitingReceipt(writer(500), 3)).toEqual([501, 1_000, 1_001])
    expect(awaitingReceipt('', 100, true)).toEqual([3, 4, 499, 500, 501, 1_000, 1_001, 1_299, 1_300])
    writers.markReceiptSent(writer(499))
    expect(awaitingReceipt('', 2)).toEqual([3, 500])
  }))

test('a bounce counts for the last accepted mail to the address', () =>
  written(3, (state, _, sql) => {
    for (const [n, at] of [
      [1, 20],
      [2, 30],
      [3, 10],
    ] as const) {
      carry(state, sql, n, 'settled')
      const head = state.ledger.head(n)
      if (head !== undefined)
        state.ledger.save({
          ...startAttempt(head, 'hash', 'outbox', at),
          state: 'settled',
          statuses: RecipientStatuses.all(n === 2 ? 'refused' : 'accepted', 1),
        })
    }
    recordBounce(state, 'one', 'r', 'the mailbox is dead')
    expect([1, 2, 3].map((id) => state.ledger.head(id)?.statuses.at(0))).toEqual(['refused', 'refused', 'accepted'])
    expect(state.schedule.stopped()).toEqual([{ target: 'one', reason: 'the mailbox is dead' }])
  }))

test('digest entries of settled mails are dropped, and those of other mails stay', () =>
  written(4, (state, _, sql) => {
    sql.exec('UPDATE letter SET entry = ?', new Uint8Array([1]))
    carry(state, sql, 1, 'settled')
    carry(state, sql, 2, 'uncertain')
    carry(state, sql, 3, 'waiting')
    state.dropSettledEntries()
    const kept = sql.exec('SELECT writer, addressee FROM letter WHERE entry IS NULL').toArray()
    expect(kept).toEqual([{ writer: writer(1), addressee: 'one' }])
  }))

test('the search for a confirmed draft uses an index', () =>
  written(1, (_, writers, sql) => {
    const [plan] = sql.exec("EXPLAIN QUERY PLAN SELECT 1 FROM writer WHERE draft = 'd1'").toArray()
    expect(plan?.detail).toContain('USING')
    expect(plan?.detail).toContain('writer_draft')
    expect([writers.wasConfirmed('d1'), writers.wasConfirmed('d2')]).toEqual([true, false])
  }))
