import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { DatabaseHost } from '../../src/storage/database.ts'

/**
 * The storage of a Durable Object in Node's SQLite, in memory: the calls that `Database` makes. It survives its object, so that a test can
 * open it again as after a crash. `rowsWritten` counts inserted, updated and deleted rows.
 */
export class NodeStorage {
  rowsWritten = 0
  readonly #db = new DatabaseSync(':memory:')
  readonly #entries = new Map<string, unknown>()

  /** The storage as the host of a `Database`. */
  get host(): DatabaseHost {
    const sql = { exec: (query: string, ...values: SQLInputValue[]) => this.#exec(query, values) }
    const kv = {
      get: (key: string) => this.#entries.get(key),
      put: (key: string, value: unknown) => void this.#entries.set(key, structuredClone(value)),
      delete: (key: string) => this.#entries.delete(key),
      list: () => this.#entries.entries(),
    }
    const transactionSync = <T>(work: () => T): T => this.#transaction(work)
    return hostOf({ storage: { sql, kv, transactionSync }, abort: () => undefined })
  }

  #exec(query: string, values: SQLInputValue[]) {
    if (values.length === 0 && /^\s*CREATE\b/.test(query)) {
      this.#db.exec(query)
      return []
    }
    const statement = this.#db.prepare(query)
    if (/^\s*(?:SELECT|WITH)\b/.test(query)) {
      const rows = statement.all(...values)
      return Object.assign(rows, {
        toArray: () => rows,
        one: () => rows[0],
        raw: () => rows.map((row) => Object.values(row)),
      })
    }
    this.rowsWritten += Number(statement.run(...values).changes)
    return []
  }

  #depth = 0
  #transaction<T>(work: () => T): T {
    const name = `t${this.#depth++}`
    this.#db.exec(`SAVEPOINT ${name}`)
    try {
      const done = work()
      this.#db.exec(`RELEASE ${name}`)
      return done
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${name}; RELEASE ${name}`)
      throw error
    } finally {
      this.#depth--
    }
  }
}

/** A test double as a host. It covers the calls of `Database`, not every overload of the type. */
const hostOf = (host: object): DatabaseHost => host as DatabaseHost
