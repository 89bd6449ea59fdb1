import type { DatabaseHost } from '../../src/storage/database.ts'

/** The error that a failing statement throws. */
export class StatementFailed extends Error {}

/** A Durable Object host whose storage can be made to fail at a chosen statement. */
export type FailingHost = DatabaseHost & {
  /** Makes the nth statement from now fail, counted from 1. SQL and key-value writes and deletes count. */
  failAt(statement: number): void
  /** Cancels a planned failure. */
  heal(): void
  aborts: string[]
}

/** Wraps a host, on the same storage, so that a statement can be made to fail. */
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

/** A proxy of `inner` with some members replaced; all others are bound to `inner`. */
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
