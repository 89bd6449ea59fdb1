import * as z from 'zod'
import { type MigrationStep, migrate, versionOf } from './migrate.ts'

/** A value bound to a `?`. */
type Bound = SqlStorageValue | Uint8Array

/** The Durable Object whose storage this is. */
export type DatabaseHost = { storage: DurableObjectStorage; abort(reason?: string): void }

/** The schema of a BLOB column: bytes. */
export const blob = z.instanceof(ArrayBuffer).transform((bytes) => new Uint8Array(bytes))
const integer = z.int()
/** The schema of a column that holds 0 or 1. */
export const flag = z.literal([0, 1]).transform((bit) => bit === 1)

/**
 * The SQLite and the key-value storage of a Durable Object. Everything that is read is parsed by a schema: what does not fit throws an
 * Error that names the table or key and the field, never the value. Nothing else in `src` reaches this storage (tests/storage.test.ts).
 */
export class Database {
  readonly #host: DatabaseHost
  readonly #storage: DurableObjectStorage
  readonly #steps: readonly MigrationStep[]
  readonly #memories: Array<() => void> = []

  /**
   * Brings the object's tables up to date.
   * @param when `written`: only once `make` is called, for objects that somebody may ask for and that nobody has begun.
   */
  constructor(host: DatabaseHost, steps: readonly MigrationStep[], when: 'now' | 'written' = 'now') {
    this.#host = host
    this.#storage = host.storage
    this.#steps = steps
    if (when === 'now' || this.hasSchema()) this.createSchema()
  }

  /** Whether anything was ever stored by this schema. */
  hasSchema(): boolean {
    return versionOf(this.#storage) > 0
  }

  /** Makes what is missing of the tables: also needed after `deleteAll`, when the object may still be in memory. */
  createSchema(): void {
    migrate(this.#storage, this.#steps)
  }

  rows<T>(schema: z.ZodType<T>, query: string, ...values: Bound[]): T[] {
    const rows: T[] = []
    for (const row of this.#storage.sql.exec(query, ...values)) rows.push(parsed(schema, row, query))
    return rows
  }

  /** The first row, undefined when there is none. */
  row<T>(schema: z.ZodType<T>, query: string, ...values: Bound[]): T | undefined {
    return this.rows(schema, query, ...values)[0]
  }

  /** @throws Error when it is not exactly one row. */
  one<T>(schema: z.ZodType<T>, query: string, ...values: Bound[]): T {
    return parsed(schema, this.#storage.sql.exec(query, ...values).one(), query)
  }

  /** The only column of the only row, such as COUNT(*). */
  count(query: string, ...values: Bound[]): number {
    const [row] = [...this.#storage.sql.exec(query, ...values).raw()]
    return parsed(integer, row?.[0], query)
  }

  /** Whether the query gives any row. */
  has(query: string, ...values: Bound[]): boolean {
    return this.#storage.sql.exec(query, ...values).toArray().length > 0
  }

  /** Runs a statement that answers nothing. */
  run(query: string, ...values: Bound[]): void {
    this.#storage.sql.exec(query, ...values)
  }

  entry<T>(key: string, schema: z.ZodType<T>): StoredEntry<T> {
    return new StoredEntry(this.#storage.kv, key, schema)
  }

  /** All entries whose key begins with `prefix`, by what follows it. */
  entries<T>(prefix: string, schema: z.ZodType<T>): Map<string, T> {
    const found = new Map<string, T>()
    for (const [key, value] of this.#storage.kv.list({ prefix }))
      found.set(key.slice(prefix.length), checked(schema, value, `the key ${key}`))
    return found
  }

  /**
   * Runs `work` as a whole or not at all. When it throws, everything that was registered by `remember` is read anew, so that no memory is
   * ahead of what is stored; if that fails, too, the object is aborted and begins afresh.
   */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work)
    } catch (error) {
      this.#readAgain()
      throw error
    }
  }

  /** Reads what the caller keeps in memory, now and after every transaction that fails. `read` replaces all that was known. */
  keepInSync(read: () => void): void {
    this.#memories.push(read)
    read()
  }

  #readAgain(): void {
    try {
      for (const read of this.#memories) read()
    } catch (error) {
      this.#host.abort('what is in memory could not be read anew after a failed transaction')
      throw error
    }
  }
}

/** One key of the key-value storage. */
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

const parsed = <T>(schema: z.ZodType<T>, row: unknown, query: string): T => {
  const result = schema.safeParse(row)
  return result.success ? result.data : refuse(`the table ${tableIn(query)}`, result.error)
}

const checked = <T>(schema: z.ZodType<T>, value: unknown, where: string): T => {
  const result = schema.safeParse(value)
  return result.success ? result.data : refuse(where, result.error)
}

/** Names fields and kinds of fault: the value, or a message about it, may say something of a person. */
function refuse(where: string, { issues }: z.ZodError): never {
  const fields = issues.map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`)
  throw new Error(`stored data: ${where} is not as expected: ${[...new Set(fields)].join(', ')}`)
}

/** The first table a query names; functions such as `json_each(…)` are none. */
const tableIn = (query: string): string => /\b(?:FROM|INTO|UPDATE)\s+([a-z_]+)\b(?!\s*\()/.exec(query)?.[1] ?? query
