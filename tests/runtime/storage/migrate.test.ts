import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { type MigrationStep, migrate, versionOf } from '../../../src/storage/migrate.ts'
import { bindings } from '../../support/visitor.ts'

let objects = 0

const withStorage = (run: (storage: DurableObjectStorage) => void): Promise<void> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`migrate-${++objects}`), (_, { storage }) => run(storage))

const tables = ({ sql }: DurableObjectStorage) =>
  sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name != '_cf_KV' ORDER BY name")
    .toArray()
    .map(({ name }) => name)

const FIRST: MigrationStep = {
  name: 'people',
  run: ({ sql }) => sql.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)'),
}
const SECOND: MigrationStep = {
  name: 'names in capitals',
  run: ({ sql, kv }) => {
    sql.exec('ALTER TABLE person ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; UPDATE person SET name = upper(name)')
    kv.put('counted', Number(kv.get('counted') ?? 0) + 1)
  },
}
const BROKEN: MigrationStep = {
  name: 'a step with a mistake',
  run: ({ sql, kv }) => {
    sql.exec('CREATE TABLE half (id INTEGER)')
    sql.exec('DELETE FROM person')
    kv.put('counted', 99)
    sql.exec('ALTER TABLE missing ADD COLUMN a')
  },
}

test('an object without stored data has version 0, and reading the version writes nothing', () =>
  withStorage((storage) => {
    const before = storage.sql.databaseSize
    expect(versionOf(storage)).toBe(0)
    migrate(storage, [])
    expect([...storage.kv.list()]).toEqual([])
    expect(tables(storage)).toEqual([])
    expect(storage.sql.databaseSize).toBe(before)
  }))

test('each step runs once, however often the object restarts', () =>
  withStorage((storage) => {
    for (let starts = 0; starts < 3; starts++) migrate(storage, [FIRST, SECOND])
    expect(versionOf(storage)).toBe(2)
    expect(storage.kv.get('counted')).toBe(1)
  }))

test('steps added later run once on existing data', () =>
  withStorage((storage) => {
    migrate(storage, [FIRST])
    storage.sql.exec("INSERT INTO person (id, name) VALUES (1, 'anna')")
    for (let starts = 0; starts < 2; starts++) migrate(storage, [FIRST, SECOND])
    expect(storage.sql.exec('SELECT id, name, seen FROM person').toArray()).toEqual([{ id: 1, name: 'ANNA', seen: 0 }])
    expect(storage.kv.get('counted')).toBe(1)
    expect(versionOf(storage)).toBe(2)
  }))

test('an up-to-date object runs no statement', () =>
  withStorage((storage) => {
    migrate(storage, [FIRST])
    const { kv } = storage
    const readOnly = {
      kv: { get: (key: string) => kv.get(key) } as SyncKvStorage,
      get sql(): SqlStorage {
        throw new Error('nothing is to be asked of SQL')
      },
      transactionSync: () => {
        throw new Error('nothing is to be written')
      },
    }
    migrate(readOnly, [FIRST])
  }))

test('a failed step changes nothing, and the error names the step; a corrected step runs', () =>
  withStorage((storage) => {
    migrate(storage, [FIRST, SECOND])
    storage.sql.exec("INSERT INTO person (id, name) VALUES (1, 'anna')")
    expect(() => migrate(storage, [FIRST, SECOND, BROKEN])).toThrow(
      /step 3 \(a step with a mistake\) failed: no such table/,
    )
    expect(versionOf(storage)).toBe(2)
    expect(tables(storage)).toEqual(['person'])
    expect(storage.sql.exec('SELECT COUNT(*) AS n FROM person').one().n).toBe(1)
    expect(storage.kv.get('counted')).toBe(1)
    migrate(storage, [FIRST, SECOND, SECOND_TABLE])
    expect(tables(storage)).toEqual(['other', 'person'])
  }))

const SECOND_TABLE: MigrationStep = {
  name: 'another table',
  run: ({ sql }) => sql.exec('CREATE TABLE other (id INTEGER)'),
}

test('steps before a failed step stay applied', () =>
  withStorage((storage) => {
    expect(() => migrate(storage, [FIRST, SECOND, BROKEN])).toThrow('step 3')
    expect(versionOf(storage)).toBe(2)
  }))

test('an object written by newer code is refused and left unchanged', () =>
  withStorage((storage) => {
    migrate(storage, [FIRST, SECOND])
    expect(() => migrate(storage, [FIRST])).toThrow(
      'stored data: schema version 2 is newer than this code, which knows 1: deploy newer code',
    )
    expect(versionOf(storage)).toBe(2)
  }))

test('a version that is not a number is refused', () =>
  withStorage((storage) => {
    storage.kv.put('schema-version', 'two')
    expect(() => migrate(storage, [FIRST])).toThrow('the key schema-version is not a positive integer')
  }))
