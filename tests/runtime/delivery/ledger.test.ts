import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BatchHeader, BatchState } from '../../../src/delivery/batch.ts'
import type { Ledger } from '../../../src/delivery/ledger.ts'
import type { NewBatch } from '../../../src/delivery/ledger-rows.ts'
import { RecipientStatuses } from '../../../src/delivery/recipient-statuses.ts'
import { openLane } from '../../support/open-databases.ts'
import { bindings } from '../../support/visitor.ts'

let objects = 0

/** Runs `run` on an object without tables. Its argument reopens the ledger, as a new instance would. */
const withSql = <T>(run: (sql: SqlStorage, reopen: () => Ledger) => T): Promise<T> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`ledger-${++objects}`), (_, ctx) =>
    run(ctx.storage.sql, () => openLane(ctx).ledger),
  )

const statuses = fc
  .string({ unit: fc.constantFrom('w', 'a', 'r', 's', 'u', 'c'), minLength: 1, maxLength: 6 })
  .map(RecipientStatuses.parse)
const fingerprint = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 })
const text = fc.string({ unit: 'grapheme', maxLength: 40 })

const head: fc.Arbitrary<Omit<BatchHeader, 'id'>> = fc.record({
  group: fc.constantFrom('en', 'kk', 'zh-Hant'),
  state: fc.constantFrom<BatchState>('waiting', 'attempted', 'uncertain', 'settled'),
  statuses,
  generation: fc.nat(),
  firstAttemptAt: fc.nat(2 ** 41),
  via: fc.constantFrom('', 'outbox', 'mailgun'),
  bodyHash: fc.oneof(fc.constant(''), fingerprint),
  dueAt: fc.nat(2 ** 41),
  tries: fc.nat(),
  reason: text,
})

const batches = fc
  .array(fc.tuple(head, fc.uint8Array({ maxLength: 200 }), fingerprint), { minLength: 1, maxLength: 8 })
  .map((made) =>
    made.map(
      ([some, recipients, first], i): NewBatch => ({
        head: { ...some, id: i + 1 },
        people: Array.from(
          { length: some.statuses.size },
          (_, n) => `${first.slice(0, 30)}${String(n).padStart(2, '0')}`,
        ),
        recipients: Uint8Array.from(recipients),
        references: i % 2 === 0 ? [] : [[0, `${first} of a provider`]],
      }),
    ),
  )

const inOrder = (ledger: Ledger): BatchHeader[] => [...ledger.heads()].sort((a, b) => a.id - b.id)

test('a reopened ledger has the same headers, people in the same order, and recipients', async () => {
  await fc.assert(
    fc.asyncProperty(batches, (made) =>
      withSql((_, reopen) => {
        const ledger = reopen()
        for (const one of made) ledger.insert(one)
        const again = reopen()
        expect(inOrder(again)).toEqual(made.map((one) => one.head))
        for (const { head, ...body } of made) expect(again.body(head.id)).toEqual(body)
        expect(again.nextId()).toBe(made.length + 1)
      }),
    ),
    { numRuns: 50 },
  )
})

test('counts match the statuses, add up, and are the same in memory and in a reopened ledger', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.array(fc.tuple(fc.nat(7), head), { maxLength: 10 }), (made, changes) =>
      withSql((_, reopen) => {
        const ledger = reopen()
        for (const one of made) ledger.insert(one)
        for (const [which, change] of changes) {
          const id = (which % made.length) + 1
          const length = made[id - 1]?.people.length ?? 0
          ledger.save({
            ...change,
            id,
            statuses: RecipientStatuses.parse(change.statuses.text.padEnd(length, 'w').slice(0, length)),
          })
        }
        const { counts, perGroup } = ledger.counts()
        const { planned, ...parts } = counts
        expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(planned)
        expect(planned).toBe(made.reduce((sum, one) => sum + one.people.length, 0))
        expect(Object.values(perGroup).reduce((sum, one) => sum + one.accepted, 0)).toBe(counts.accepted)
        expect(reopen().counts()).toEqual({ counts, perGroup })
        expect(inOrder(reopen())).toEqual(inOrder(ledger))
      }),
    ),
    { numRuns: 50 },
  )
})

test('recipients are deleted only when their batch is settled; references are added and never lost', async () => {
  await withSql((_, reopen) => {
    const ledger = reopen()
    const before: BatchHeader = {
      id: 1,
      group: 'en',
      state: 'waiting',
      statuses: RecipientStatuses.all('waiting', 2),
      generation: 0,
      firstAttemptAt: 0,
      via: '',
      bodyHash: '',
      dueAt: 0,
      tries: 0,
      reason: '',
    }
    ledger.insert({ head: before, people: ['a'.repeat(32), 'b'.repeat(32)], recipients: new Uint8Array([1, 2]) })
    ledger.save({ ...before, state: 'uncertain', statuses: RecipientStatuses.parse('au') }, [[0, 'first reference']])
    expect(ledger.body(1).recipients).toEqual(new Uint8Array([1, 2]))
    ledger.save({ ...before, state: 'settled', statuses: RecipientStatuses.parse('aa') }, [[1, 'second']])
    expect(reopen().body(1)).toEqual({
      people: ['a'.repeat(32), 'b'.repeat(32)],
      references: [
        [0, 'first reference'],
        [1, 'second'],
      ],
      recipients: null,
    })
  })
})

test('the ledger finds all its people among others, each with their status', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.nat(3), fingerprint, (made, skip, stranger) =>
      withSql((_, reopen) => {
        const ledger = reopen()
        const [last, ...others] = made.toReversed()
        for (const one of others) ledger.insert(one)
        expect([...ledger.find(new Set([stranger]))]).toHaveLength(
          made.some(({ people }) => people.includes(stranger)) ? 1 : 0,
        ) // what it has learnt for that must not miss who comes later
        if (last !== undefined) ledger.insert(last)
        const asked = made.flatMap(({ people }) => people.filter((_, i) => (i + skip) % 3 !== 0))
        const expected = made.flatMap(({ head, people }) =>
          people.flatMap((one, i) => (asked.includes(one) ? [`${head.id} ${one} ${head.statuses.at(i)}`] : [])),
        )
        for (const some of [ledger, reopen()])
          expect(
            [...some.find(new Set([...asked, stranger]))]
              .map(({ id, fingerprint, status }) => `${id} ${fingerprint} ${status}`)
              .sort(),
          ).toEqual(expected.sort())
      }),
    ),
    { numRuns: 30 },
  )
})

test('due batches wait or have no answer, and unchanged ones come first by id', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.array(fc.tuple(fc.nat(7), head), { maxLength: 10 }), (made, changes) =>
      withSql((_, reopen) => {
        const ledger = reopen()
        for (const { head, ...body } of made) ledger.insert({ ...body, head: { ...head, state: 'waiting', dueAt: 0 } })
        const touched = changes.map(([which]) => (which % made.length) + 1)
        for (const [i, [, change]] of changes.entries())
          ledger.save({
            ...change,
            id: touched[i] ?? 1,
            statuses: made[(touched[i] ?? 1) - 1]?.head.statuses ?? RecipientStatuses.parse(''),
          })
        const open = inOrder(ledger).filter(({ state }) => state === 'waiting' || state === 'attempted')
        const due = [...ledger.due()]
        expect(due.toSorted((a, b) => a.id - b.id)).toEqual(open)
        const untouched = made.map(({ head }) => head.id).filter((id) => !touched.includes(id))
        expect(due.slice(0, untouched.length).map(({ id }) => id)).toEqual(untouched)
        expect([...ledger.uncertain()].every(({ state }) => state === 'uncertain')).toBe(true)
        expect(ledger.isSettled()).toBe(inOrder(ledger).every(({ state }) => state === 'settled'))
      }),
    ),
    { numRuns: 50 },
  )
})

test('a row with an unknown state stops the lane with an error', async () => {
  await withSql((sql, reopen) => {
    reopen()
    sql.exec(`INSERT INTO batch (id, group_key, state, statuses, generation, first_attempt_at, via, body_hash, due_at, tries, reason, refs, people)
      VALUES (1, 'en', 'sent?', 'w', 0, 0, '', '', 0, 0, '', '', '')`)
    expect(reopen).toThrow('the table batch is not as expected: state (invalid_value)')
  })
})
