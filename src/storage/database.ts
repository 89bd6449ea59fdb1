import * as z from 'zod'
import { type MigrationStep, migrate, versionOf } from './migrate.ts'
import { checked, parsed } from './parse-stored.ts'

/** A value bound to a `?` of a query. */
type Bound = SqlStorageValue | Uint8Array

/** The Durable Object that owns the storage. */
export type DatabaseHost = { storage: DurableObjectStorage; abort(reason?: string): void }

/** Schema of a BLOB column. Gives bytes. */
export const blob = z.instanceof(ArrayBuffer).transform((bytes) => new Uint8Array(bytes))
const integer = z.int()
/** Schema of a column with 0 or 1. Gives a boolean. */
export const flag = z.literal([0, 1]).transform((bit) => bit === 1)

/**
 * Typed access to the SQLite tables and key-value entries of a Durable Object. A schema parses everything that is read.
 * Data that does not fit throws an Error that names the table or key and the field, never the value. No other code in
 * `src` uses this storage (tests/storage.test.ts).
 */
export class Database {
  readonly #host: DatabaseHost
  readonly #storage: DurableObjectStorage
  readonly #steps: readonly MigrationStep[]
  readonly #memories: Array<() => void> = []

  /**
   * Migrates the tables to the latest schema.
   * @param when `written` delays this until `createSchema` is called, so that queries about an unknown object write
   * nothing.
   */
  constructor(host: DatabaseHost, steps: readonly MigrationStep[], when: 'now' | 'written' = 'now') {
    this.#host = host
    this.#storage = host.storage
    this.#steps = steps
    if (when === 'now' || this.hasSchema()) this.createSchema()
  }

  /** Whether the object has ever stored tables. */
  hasSchema(): boolean {
    return versionOf(this.#storage) > 0
  }

  /** Creates missing tables. Needed again after `deleteAll`, because the object may still be in memory. */
  createSchema(): void {
    migrate(this.#storage, this.#steps)
  }

  rows<T>(schema: z.ZodType<T>, query: string, ...values: Bound[]): T[] {
    const rows: T[] = []
    for (const row of this.#storage.sql.exec(query, ...values)) rows.push(parsed(schema, row, query))
    return rows
  }

  /** The first row, or undefined when there is none. */
  row<T>(schema: z.ZodType<T>, query: string, ...values: Bound[]): T | undefined {
    return this.rows(schema, query, ...values)[0]
  }

  /**
   * The only row of a query.
   * @throws Error unless there is exactly one row.
   */
  one<T>(schema: z.ZodType<T>, query: string, ...values: Bound[]): T {
    return parsed(schema, this.#storage.sql.exec(query, ...values).one(), query)
  }

  /** The only column of the only row, as an integer, such as COUNT(*). */
  count(query: string, ...values: Bound[]): number {
    const [row] = [...this.#storage.sql.exec(query, ...values).raw()]
    return parsed(integer, row?.[0], query)
  }

  /** Whether a query returns any row. */
  has(query: string, ...values: Bound[]): boolean {
    return this.#storage.sql.exec(query, ...values).toArray().length > 0
  }

  /** Runs a statement that returns no rows. */
  run(query: string, ...values: Bound[]): void {
    this.#storage.sql.exec(query, ...values)
  }

  entry<T>(key: string, schema: z.ZodType<T>): StoredEntry<T> {
    return new StoredEntry(this.#storage.kv, key, schema)
  }

  /** All entries with a key that begins with `prefix`. The map's keys are the rest of each key. */
  entries<T>(prefix: string, schema: z.ZodType<T>): Map<string, T> {
    const found = new Map<string, T>()
    for (const [key, value] of this.#storage.kv.list({ prefix }))
      found.set(key.slice(prefix.length), checked(schema, value, `the key ${key}`))
    return found
  }

  /**
   * Runs `work` in one transaction. When `work` throws, every reader registered with `keepInSync` runs again, so that
   * memory never differs from storage. If reading also fails, the object is aborted and restarts.
   */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work)
    } catch (error) {
      this.#readAgain()
      throw error
    }
  }

  /** Runs `read` now, and again after every failed transaction. `read` replaces everything the caller has in memory. */
  keepInSync(read: () => void): void {
    this.#memories.push(read)
    read()
  }

  #readAgain(): void {
    try {
      for (const read of this.#memories) read()
    } catch (error) {
      this.#host.abort('memory could not be reloaded after a failed transaction')
      throw error
    }
  }
}

/** One entry of the key-value storage. A schema parses the value. */
export class StoredEntry<T> {
  readonly #kv: SyncKvStorage
  readonly #key: string
  readonly #schema: z.ZodType<T>

  constructor(kv: SyncKvStorage, key: string, schema: z.ZodType<T>) {
    this.#kv = kv
    this.#key = key
    this.#schema = schema
  }

  get(): T | undefined {
    const value = this.#kv.get(this.#key)
    return value === undefined ? undefined : checked(this.#schema, value, `the key ${this.#key}`)
  }

  put(value: T): void {
    this.#kv.put(this.#key, value)
  }

  delete(): void {
    this.#kv.delete(this.#key)
  }
}
