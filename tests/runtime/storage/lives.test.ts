import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  campaignActionsOf,
  confirmationQueueOf,
  dispatchRegistryOf,
  importOf,
  noticesOf,
  placesOf,
  suppressionOf,
} from '../../../src/objects.ts'
import { onSchedule } from '../../../src/schedule.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2027, 0, 1)

beforeEach(async () => {
  await reset()
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
})
afterEach(() => void vi.useRealTimers())

/** Cron's run at midnight, so many days later. */
async function cronAfter(days: number): Promise<void> {
  vi.setSystemTime(NOW + days * DAY)
  await onSchedule(bindings, NOW + days * DAY)
}

type Stub = Pick<DurableObjectStub, 'id' | 'name'>
const insert = (stub: Stub, ...statements: string[]) =>
  runInDurableObject(stub as DurableObjectStub, (_, { storage }) => {
    for (const statement of statements) storage.sql.exec(statement)
  })
const count = (stub: Stub, table: string) =>
  runInDurableObject(
    stub as DurableObjectStub,
    (_, { storage }) => storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).one().n,
  )

/** Rows of objects that cron wakes: how one is made at `NOW`, and how many days it is kept. */
const BY_CRON: Array<[name: string, stub: () => Stub, table: string, row: string, days: number]> = [
  ['a pause', () => suppressionOf(bindings), 'paused', `('p', ${NOW + 5 * DAY - 1})`, 5],
  ['a stop of confirmations', () => suppressionOf(bindings), 'no_more', `('m', ${NOW + 365 * DAY - 1})`, 365],
  ['a used link', () => suppressionOf(bindings), 'admission', `('p', ${NOW - 1})`, 7],
  ['an answered domain', () => confirmationQueueOf(bindings), 'answered_domain', `('d', ${NOW - 1})`, 400],
  ['a mail to a contact', () => confirmationQueueOf(bindings), 'contact_mail', `('m', ${NOW - 1})`, 30],
  [
    'a confirmation that waits',
    () => confirmationQueueOf(bindings),
    'queued_confirmation',
    `('m', 'k', 'n', '', ${NOW}, NULL, 0)`,
    1,
  ],
  ['a notice', () => noticesOf(bindings), 'notice', `('dispatch-paused', 's', 1, '', ${NOW}, ${NOW - 1}, 'new')`, 90],
  ['an Idempotency-Key', () => dispatchRegistryOf(bindings), 'keyed_request', `('k', 'h', 'd', ${NOW - 1})`, 7],
]

test.each(BY_CRON)('%s is deleted by cron on its last day, not before', async (_, stub, table, row, days) => {
  await insert(stub(), `INSERT INTO ${table} VALUES ${row}`)
  await cronAfter(days - 1)
  expect(await count(stub(), table)).toBe(1)
  await cronAfter(days)
  await runDurableObjectAlarm(stub() as DurableObjectStub)
  expect(await count(stub(), table)).toBe(0)
})

/** A row for each table of a removed campaign's object, as they may be left at its end. */
const OF_CAMPAIGN: Record<string, string> = {
  letter_draft: `(id, sealed, at) VALUES ('i', 's', ${NOW})`,
  submission_draft: `(id, sealed, at) VALUES ('i', 's', ${NOW})`,
  writer: `(writer, fingerprint, draft, confirmed_draft, consent, country, at) VALUES ('w', 'f', 'd', NULL, 's', '', ${NOW})`,
  copy_refusal: '',
  addressee: '',
  revision: '',
  writer_update: '',
  skipped_mail: '',
  requested_update: '',
  submission: '',
  submission_people: '',
  letter: '',
  batch: '',
  delivery_event: '',
  held_group: '',
}

/** Inserts a row with some value in every column, unless one is given. */
const fill = (stub: Stub) =>
  runInDurableObject(stub as DurableObjectStub, (_, { storage }) => {
    storage.kv.put('writer-counts', { confirmed: 1, byCountry: {}, byDay: {} })
    for (const [table, given] of Object.entries(OF_CAMPAIGN)) {
      if (given !== '') storage.sql.exec(`INSERT INTO ${table} ${given}`)
      else {
        const columns = storage.sql
          .exec<{ name: string; type: string }>(`SELECT name, type FROM pragma_table_info('${table}')`)
          .toArray()
        const values = columns.map(({ name, type }) => VALUES[name] ?? (type === 'INTEGER' ? '1' : "'x'"))
        storage.sql.exec(
          `INSERT INTO ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${values.join(', ')})`,
        )
      }
    }
  })
const VALUES: Record<string, string> = {
  state: "'settled'",
  statuses: "'a'",
  status: "'accepted'",
  kind: "'support'",
  sealed: 'NULL',
}

test('400 days after a campaign was removed no row of its people is left, and it leaves the list of places', async () => {
  const stub = campaignActionsOf(bindings, 'removed')
  await stub.recordSelfReport('removed', 'paper')
  await fill(stub)
  const next = async (days: number) => {
    vi.setSystemTime(NOW + days * DAY)
    await stub.wake()
    await runDurableObjectAlarm(stub)
  }
  await next(0)
  const left = async () => {
    const tables: string[] = []
    for (const table of Object.keys(OF_CAMPAIGN)) if ((await count(stub, table)) > 0) tables.push(table)
    return tables
  }
  expect(await left()).toEqual(expect.arrayContaining(['writer', 'letter_draft', 'submission_draft', 'batch']))
  await next(8)
  expect(await left()).not.toContain('letter_draft')
  expect(await left()).not.toContain('submission_draft')
  await next(31)
  await runInDurableObject(stub as DurableObjectStub, (_, { storage }) =>
    expect(storage.sql.exec('SELECT consent FROM writer').one()).toEqual({ consent: null }),
  )
  await next(399)
  expect(await left()).toContain('writer')
  await next(400)
  expect(await left()).toEqual([])
  expect(await count(placesOf(bindings), 'place')).toBe(0)
})

test('the report of an import is deleted with all its storage after 90 days, also if its alarm was lost', async () => {
  const stub = importOf(bindings, 'c'.repeat(32))
  const body = new Response('email\nanna@example.org\nnot an address\n').body ?? new ReadableStream()
  const request = { id: 'c'.repeat(32), by: 'o', at: NOW, format: 'csv', locale: 'en', perMinute: 400 } as const
  expect((await stub.receive(request, 1, false, body)).kind).toBe('received')
  await stub.cancel()
  const storedKeys = () =>
    runInDurableObject(stub as DurableObjectStub, (_, { storage }) => [...storage.kv.list()].map(([key]) => key))
  for (const [days, isKept] of [
    [89, true],
    [91, false],
  ] as const) {
    await runInDurableObject(stub as DurableObjectStub, (_, { storage }) => storage.deleteAlarm())
    await cronAfter(days)
    await runDurableObjectAlarm(stub)
    expect((await storedKeys()).includes('status')).toBe(isKept)
  }
  await cronAfter(92)
  expect(await count(placesOf(bindings), 'place')).toBe(0)
})

test('the mark of a provider event is deleted after 14 days', async () => {
  const stub = bindings.EVENT_INBOX.getByName('e')
  await insert(stub, `INSERT INTO event VALUES ('e', ${NOW})`)
  for (const [days, rows] of [
    [13, 1],
    [15, 0],
  ] as const) {
    vi.setSystemTime(NOW + days * DAY)
    await runInDurableObject(stub, (inbox) => inbox.alarm())
    expect(await count(stub, 'event')).toBe(rows)
  }
})

test('a change of the list is deleted 15 minutes after KV took it, and the record of an erased person at once', async () => {
  const stub = suppressionOf(bindings)
  await stub.replaceRecord('a'.repeat(32), 'sealed', NOW)
  await stub.suppress('a'.repeat(32), 'erased', NOW)
  const records = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec('SELECT record FROM list_change').toArray(),
  )
  expect(records).toEqual([{ record: null }])
  for (const [minutes, rows] of [
    [1, 1],
    [14, 1],
    [17, 0],
  ] as const) {
    vi.setSystemTime(NOW + minutes * 60_000)
    await runInDurableObject(stub, (suppression) => suppression.alarm())
    expect(await count(stub, 'list_change')).toBe(rows)
  }
})
