import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { Database, type DatabaseHost } from '../../../src/storage/database.ts'
import { sealRecord, supporterStore, writeOnce } from '../../../src/supporter-list/store.ts'
import { KNOWN_MS } from '../../../src/suppression/list-changes.ts'
import { SUPPRESSION_STEPS, SuppressionStore } from '../../../src/suppression/suppression-store.ts'
import { writeListChanges } from '../../../src/suppression/write-list-changes.ts'
import { MemoryKv, namespaceOf } from '../../support/memory-kv.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'
import { bindings } from '../../support/visitor.ts'

const settings = await testSettings()
const HOUR_MS = 3_600_000
const email = addressOf('anna@example.org')
const anna = await settings.fingerprint(email)
const consent = { wording: 'v1', at: 1, via: 'page' }
const sealedRecord = await sealRecord(settings, anna, { email, locales: ['en'], topics: [], since: 1, consent })

/** A KV in memory that counts operations. */
function countingKv() {
  const counted = { operations: 0, proxy: new MemoryKv() }
  counted.proxy = new Proxy(counted.proxy, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...values: unknown[]) => {
        counted.operations++
        return value.apply(target, values)
      }
    },
  })
  return counted
}

type Costs = { written: number; read: number; kv: number }

/** Counts the rows that the statements of a host read and write; with `of`, only of statements that name this table. */
function counting(host: DatabaseHost, of = ''): { host: DatabaseHost; written: number; read: number } {
  const counted = { host, written: 0, read: 0 }
  const { storage } = host
  const exec: SqlStorage['exec'] = (query, ...values) => {
    const cursor = storage.sql.exec(query, ...values)
    if (!query.includes(of)) return cursor
    const rows = cursor.toArray()
    counted.written += cursor.rowsWritten
    counted.read += cursor.rowsRead
    return Object.assign(Object.create(cursor), {
      toArray: () => rows,
      one: () => rows[0],
      raw: () => rows.map((row) => Object.values(row)),
      [Symbol.iterator]: () => rows[Symbol.iterator](),
    })
  }
  const sql = new Proxy(storage.sql, { get: (_, name) => (name === 'exec' ? exec : undefined) })
  const counting = new Proxy(storage, {
    get(target, name) {
      const value = name === 'sql' ? sql : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  counted.host = { storage: counting, abort: () => undefined }
  return counted
}

/** The costs of a sign-up and of a departure from the act until nothing waits, after `before` people have signed up. */
const costsAfter = (before: number, of: string): Promise<{ signUp: Costs; departure: Costs }> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`costs-${before}-${of}`), async (_, ctx) => {
    const kv = countingKv()
    const counted = counting(ctx, of)
    const store = new SuppressionStore(new Database(counted.host, SUPPRESSION_STEPS))
    let now = Date.now()
    const writing = {
      settings,
      store: supporterStore(namespaceOf(kv.proxy), settings, writeOnce),
      onDeparture: async () => undefined,
      now: () => now,
      random: () => 0.5,
    }
    const alarm = () => writeListChanges(store.changes, writing)
    const admit = (fingerprint: string) => store.admit(fingerprint, now, { sealed: sealedRecord, isSinceOpen: false })
    for (let n = 0; n < before; n++) admit(n.toString(16).padStart(32, '0'))
    now += 2_000
    await alarm()
    const of1 = async (act: () => unknown): Promise<Costs> => {
      const { written, read } = counted
      const { operations } = kv
      act()
      now += 2_000
      await alarm()
      return { written: counted.written - written, read: counted.read - read, kv: kv.operations - operations }
    }
    const signUp = await of1(() => admit(anna))
    const departure = await of1(() => store.suppress(anna, { reason: 'unsubscribed', since: now }))
    now += KNOWN_MS + HOUR_MS
    const { written } = counted
    await alarm()
    expect(counted.written - written).toBe(before + 1) // each change is dropped by one written row
    expect(store.changes.nextAt()).toBeNull()
    return { signUp, departure }
  })

test('a sign-up and a departure cost few rows and operations, however many people came before', async () => {
  const few = await costsAfter(5, 'list_change')
  expect(await costsAfter(150, 'list_change')).toEqual(few)
  // With the row that drops the change 15 minutes later, a sign-up is three rows of the table.
  expect(few.signUp).toMatchObject({ written: 2, kv: 1 })
  expect(few.departure).toMatchObject({ written: 3, kv: 2 })
  // All tables together: the admission or the suppression with its index too.
  const all = await costsAfter(5, '')
  expect(all.signUp.written).toBeLessThanOrEqual(4)
  expect(all.departure.written).toBeLessThanOrEqual(5)
})
