/** Storage of a Durable Object that counts rows and refuses them when the day's ration is used up. */

import { withMembers } from '../../bench/counts.ts'
import { count, currentEntry, isUsedUp, refuse } from './meter.ts'
import type { Entry } from './tally.ts'

type MeteredCursor = { readonly rowsRead: number; readonly rowsWritten: number }

/** Cursors whose rows are not counted yet: the numbers are final only when all rows were read. */
const open: Array<{ entry: Entry; cursor: MeteredCursor }> = []
const KEPT_CURSORS = 64

/** Counts the rows of all cursors but the newest `keep`. */
export function settleCursors(keep = 0): void {
  for (const { entry, cursor } of open.splice(0, Math.max(0, open.length - keep))) {
    count('rowsRead', cursor.rowsRead, entry)
    count('rowsWritten', cursor.rowsWritten, entry)
  }
}

/** The platform's words for a used-up ration of an object, free plan. */
const exceeded = (what: string): string => `Exceeded allowed ${what} in Durable Objects free tier.`

const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b/i

function mayUse(writes: boolean): void {
  if (writes && isUsedUp('rowsWritten')) refuse('rowsWritten a day', exceeded('rows written'))
  if (!writes && isUsedUp('rowsRead')) refuse('rowsRead a day', exceeded('rows read'))
}

/** `onAlarmSet`: called when the object sets its alarm. Key-value entries and alarms count as rows (/durable-objects/platform/pricing). */
export function meteredStorage(storage: DurableObjectStorage, onAlarmSet: () => void): DurableObjectStorage {
  const { sql, kv } = storage
  const exec = <T extends Record<string, SqlStorageValue>>(...statement: Parameters<SqlStorage['exec']>) => {
    mayUse(WRITES.test(statement[0]))
    const cursor = sql.exec<T>(...statement)
    open.push({ entry: currentEntry(), cursor })
    if (open.length > KEPT_CURSORS * 2) settleCursors(KEPT_CURSORS)
    return cursor
  }
  const written = () => {
    mayUse(true)
    count('rowsWritten')
  }
  return withMembers(storage, {
    sql: withMembers(sql, { exec }),
    kv: withMembers(kv, {
      get: ((key: string) => {
        mayUse(false)
        count('rowsRead')
        return kv.get(key)
      }) as typeof kv.get,
      put: (key, value) => {
        written()
        kv.put(key, value)
      },
      delete: (key) => {
        written()
        return kv.delete(key)
      },
    }),
    setAlarm: (at, options) => {
      written()
      onAlarmSet()
      return storage.setAlarm(at, options)
    },
    deleteAlarm: (options) => {
      written()
      return storage.deleteAlarm(options)
    },
  })
}
