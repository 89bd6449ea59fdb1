import { expect, test } from 'vitest'
import { recordBounce } from '../../../../src/actions/letters/cancel-letters.ts'
import { LetterState } from '../../../../src/actions/letters/letter-state.ts'
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

/** Puts a writer's letter to the target into a batch that becomes this state. */
function carry(state: LetterState, sql: SqlStorage, n: number, become: BatchState): void {
  const id = state.ledger.nextId()
  const head = newBatchHeader(id, 'one', 1)
  state.ledger.insert({ head, people: [writer(n)], recipients: new Uint8Array() })
  sql.exec("UPDATE letter SET batch = ? WHERE writer = ? AND addressee = 'one'", id, writer(n))
  const status = become === 'uncertain' ? 'uncertain' : become === 'settled' ? 'accepted' : 'waiting'
  state.ledger.save({ ...head, state: become, statuses: RecipientStatuses.all(status, 1) })
}

test('writers whose letters to targets have ended are found among thousands of others, without regard to copies', () =>
  written(1_300, (state, writers, sql) => {
    const due = (after: string, most: number) => writers.listDueReceipts(after, most).map((row) => Number(row.writer))
    expect(due('', 10)).toEqual([])
    for (const n of [3, 499, 500, 501, 1_000, 1_001, 1_299]) carry(state, sql, n, 'settled')
    for (const n of [4, 1_300]) carry(state, sql, n, 'uncertain')
    for (const n of [5, 6]) carry(state, sql, n, n === 5 ? 'waiting' : 'attempted')
    expect(due('', 100)).toEqual([3, 499, 500, 501, 1_000, 1_001, 1_299])
    expect(due('', 3)).toEqual([3, 499, 500])
    expect(due(writer(500), 3)).toEqual([501, 1_000, 1_001])
    state.dropPersonal() // uncertain letters count as ended once nobody decides any more
    expect(due('', 100)).toEqual([3, 4, 499, 500, 501, 1_000, 1_001, 1_299, 1_300])
    writers.markReceiptSent(writer(499))
    expect(due('', 3)).toEqual([3, 4, 500])
  }))

test('a writer whose letter arrived is not kept waiting by another letter of the same digest that is uncertain', () =>
  written(3, (state, writers, sql) => {
    const id = state.ledger.nextId()
    const head = newBatchHeader(id, 'one', 2)
    state.ledger.insert({ head, people: [writer(1), writer(2)], recipients: new Uint8Array() })
    for (const [position, n] of [1, 2].entries())
      sql.exec(
        "UPDATE letter SET batch = ?, position = ? WHERE writer = ? AND addressee = 'one'",
        id,
        position,
        writer(n),
      )
    const statuses = RecipientStatuses.all('accepted', 2).set([1], 'uncertain')
    state.ledger.save({ ...head, state: 'uncertain', statuses })
    expect(writers.listDueReceipts('', 10).map((row) => Number(row.writer))).toEqual([1])
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

test('the words of a mail are dropped as it is settled, and those of other mails stay', () =>
  written(4, (state, _, sql) => {
    sql.exec('UPDATE letter SET entry = ?', new Uint8Array([1]))
    carry(state, sql, 1, 'settled')
    carry(state, sql, 2, 'uncertain')
    carry(state, sql, 3, 'waiting')
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
