import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { jsonText } from '../../../src/kit/parse-json.ts'
import { blob, Database, type DatabaseHost, flag } from '../../../src/storage/database.ts'
import type { MigrationStep } from '../../../src/storage/migrate.ts'
import { failing } from '../../support/failing-storage.ts'
import { bindings } from '../../support/visitor.ts'

const STEPS: MigrationStep[] = [
  { name: 'first', run: ({ sql }) => sql.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, extra BLOB)') },
]

let objects = 0

const withHost = <T>(run: (host: DatabaseHost) => T): Promise<T> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`database-${++objects}`), (_, ctx) => run(ctx))

const person = z.object({ id: z.int(), name: z.string() })

test('rows, one row, a count and a test are parsed by their schemas', () =>
  withHost((host) => {
    const db = new Database(host, STEPS)
    expect(db.row(person, 'SELECT id, name FROM person')).toBeUndefined()
    expect(db.has('SELECT 1 FROM person')).toBe(false)
    db.run('INSERT INTO person (id, name, extra) VALUES (?, ?, ?)', 1, 'Anna', new Uint8Array([1, 2]))
    db.run('INSERT INTO person (id, name, extra) VALUES (?, ?, ?)', 2, 'Bela', new Uint8Array())
    expect(db.rows(person, 'SELECT id, name FROM person ORDER BY id DESC').map(({ name }) => name)).toEqual([
      'Bela',
      'Anna',
    ])
    expect(db.row(person, 'SELECT id, name FROM person WHERE id = ?', 2)).toEqual({ id: 2, name: 'Bela' })
    expect(db.one(z.object({ extra: blob }), 'SELECT extra FROM person WHERE id = 1')).toEqual({
      extra: new Uint8Array([1, 2]),
    })
    expect(() => db.one(person, 'SELECT id, name FROM person')).toThrow('exactly one')
    expect(db.count('SELECT COUNT(*) FROM person')).toBe(2)
    expect(db.has('SELECT 1 FROM person WHERE id = ?', 1)).toBe(true)
    expect(db.rows(z.object({ isAnna: flag }), "SELECT name = 'Anna' AS isAnna FROM person ORDER BY id")).toEqual([
      { isAnna: true },
      { isAnna: false },
    ])
  }))

test('an invalid row gives an error with table and field, never with the value', () =>
  withHost((host) => {
    const db = new Database(host, STEPS)
    db.run('INSERT INTO person (id, name) VALUES (1, \'{"email": "anna@example.org"}\')')
    const strict = z.object({ id: z.int(), name: jsonText(z.strictObject({ email: z.int() })) })
    expect(() => db.rows(strict, 'SELECT id, name FROM person')).toThrow(
      /^stored data: the table person is not as expected: name\.email \(invalid_type\)$/,
    )
    expect(() => db.row(z.object({ id: z.string() }), 'SELECT id FROM person')).toThrow(
      'the table person is not as expected: id',
    )
    expect(() => db.count('SELECT name FROM person')).toThrow(
      /the table person is not as expected: the whole \(invalid_type\)/,
    )
    const among = 'SELECT value AS id FROM json_each(?) WHERE value IN (SELECT id FROM person)'
    expect(() => db.rows(z.object({ id: z.string() }), among, '[1]')).toThrow('the table person')
  }))

test('invalid JSON gives such an error too', () =>
  withHost((host) => {
    const db = new Database(host, STEPS)
    db.run("INSERT INTO person (id, name) VALUES (1, 'anna@example.org')")
    const row = z.object({ name: jsonText(z.array(z.string())) })
    expect(() => db.rows(row, 'SELECT name FROM person')).toThrow(
      /^stored data: the table person is not as expected: name \(invalid_type\)$/,
    )
  }))

test('entries are returned as stored, and an invalid entry gives an error with its key', () =>
  withHost((host) => {
    const db = new Database(host, [])
    const entry = db.entry('told', z.object({ at: z.int(), by: z.string().exactOptional() }))
    expect(entry.get()).toBeUndefined()
    entry.put({ at: 1 })
    expect(db.entry('told', z.object({ at: z.int() })).get()).toEqual({ at: 1 })
    expect(() => db.entry('told', z.object({ at: z.string() })).get()).toThrow(
      /^stored data: the key told is not as expected: at \(invalid_type\)$/,
    )
    entry.delete()
    expect(entry.get()).toBeUndefined()
    for (const locale of ['en', 'kk']) db.entry(`text/${locale}`, z.string()).put(`in ${locale}`)
    expect([...db.entries('text/', z.string())]).toEqual([
      ['en', 'in en'],
      ['kk', 'in kk'],
    ])
    expect(() => db.entries('text/', z.int())).toThrow('the key text/en is not as expected')
  }))

test('tables created at the first write leave nothing behind after a query', () =>
  withHost((host) => {
    const db = new Database(host, STEPS, 'written')
    expect(db.hasSchema()).toBe(false)
    expect(host.storage.sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([])
    db.createSchema()
    expect(new Database(host, STEPS, 'written').hasSchema()).toBe(true)
    expect(() => new Database(host, [], 'written')).toThrow('newer than this code')
  }))

/** A number of people in memory, beside the table of people. */
function counting(db: Database) {
  let people = 0
  db.keepInSync(() => {
    people = db.count('SELECT COUNT(*) FROM person')
  })
  const add = (id: number) => {
    db.run('INSERT INTO person (id, name) VALUES (?, ?)', id, 'somebody')
    people++
  }
  return { add, people: () => people }
}

test('a failed transaction, nested or not, restores memory from storage', () =>
  withHost((host) => {
    const db = new Database(host, STEPS)
    const { add, people } = counting(db)
    add(1)
    expect(() =>
      db.transaction(() => {
        add(2)
        add(1) // twice
      }),
    ).toThrow('UNIQUE')
    expect(people()).toBe(1)
    db.transaction(() => {
      add(2)
      expect(() =>
        db.transaction(() => {
          add(3)
          throw new Error('the inner one')
        }),
      ).toThrow('the inner one')
      expect(people()).toBe(2)
    })
    expect(people()).toBe(2)
    expect(db.count('SELECT COUNT(*) FROM person')).toBe(2)
  }))

test('the object is aborted when memory cannot be reloaded', () =>
  withHost((host) => {
    const broken = failing(host)
    const db = new Database(broken, STEPS)
    const { add, people } = counting(db)
    broken.failAt(2)
    expect(() =>
      db.transaction(() => {
        add(1)
        broken.failAt(1) // from here on, reading fails too
        throw new Error('the cause')
      }),
    ).toThrow('the disk is full')
    expect(broken.aborts).toEqual(['memory could not be reloaded after a failed transaction'])
    broken.heal()
    expect(db.count('SELECT COUNT(*) FROM person')).toBe(0)
    expect(people()).toBe(1) // the aborted object is not used any more
  }))
