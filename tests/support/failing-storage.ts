import type { DatabaseHost } from '../../src/storage/database.ts'

/** Thrown in the place of a statement. */
export class StatementFailed extends Error {}

/** A Durable Object whose storage fails when told to. */
export type FailingHost = DatabaseHost & {
  /** From now on, the nth statement fails, counted from 1: SQL, and key-value entries that are written or deleted. */
  failAt(statement: number): void
  /** No statement fails any more. */
  heal(): void
  aborts: string[]
}

/** As `host`, on the same storage. */
export function failing(host: DatabaseHost): FailingHost {
  let left = Number.POSITIVE_INFINITY
  const next = () => {
    if (--left === 0) throw new StatementFailed('the disk is full')
  }
  const { storage } = host
  const { sql, kv } = storage
  const exec: SqlStorage['exec'] = (query, ...values) => {
    next()
    return sql.exec(query, ...values)
  }
  const put: SyncKvStorage['put'] = (key, value) => {
    next()
    kv.put(key, value)
  }
  const remove: SyncKvStorage['delete'] = (key) => {
    next()
    return kv.delete(key)
  }
  const aborts: string[] = []
  return {
    storage: over(storage, { sql: over(sql, { exec }), kv: over(kv, { put, delete: remove }) }),
    abort: (reason = '') => void aborts.push(reason),
    aborts,
    failAt(statement) {
      left = statement
    },
    heal() {
      left = Number.POSITIVE_INFINITY
    },
  }
}

/** The object with some members replaced; everything else is asked of it itself. */
function over<T extends object>(inner: T, replaced: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const own = Reflect.get(replaced, name)
      if (own !== undefined) return own
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
