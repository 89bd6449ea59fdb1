/** What the platform would bill, counted while it happens: around storage, namespaces and stubs, with the classes as they are. */

export type Counts = Record<
  'rowsRead' | 'rowsWritten' | 'kvReads' | 'kvWrites' | 'kvLists' | 'objectRequests' | 'alarms',
  number
>

export const noCounts = (): Counts => ({
  rowsRead: 0,
  rowsWritten: 0,
  kvReads: 0,
  kvWrites: 0,
  kvLists: 0,
  objectRequests: 0,
  alarms: 0,
})

/** Since the isolate began, by the class that did it: the local runtime runs the Worker and all its objects in one. */
export const counted = new Map<string, Counts>()

export function countsOf(who: string): Counts {
  const counts = counted.get(who) ?? noCounts()
  counted.set(who, counts)
  return counts
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

/** A cursor has read and written what it says once it was walked; those that may not be yet are kept. */
const cursors: Array<{ who: string; cursor: SqlStorageCursor<Record<string, SqlStorageValue>> }> = []
const KEPT_CURSORS = 64

export function settleCursors(keep = 0): void {
  for (const { who, cursor } of cursors.splice(0, Math.max(0, cursors.length - keep))) {
    countsOf(who).rowsRead += cursor.rowsRead
    countsOf(who).rowsWritten += cursor.rowsWritten
  }
}

/** A key-value entry and an alarm are a row each (developers.cloudflare.com/durable-objects/platform/pricing). */
export function countingStorage(who: string, storage: DurableObjectStorage): DurableObjectStorage {
  const counts = countsOf(who)
  const { sql, kv } = storage
  const exec: SqlStorage['exec'] = (query, ...values) => {
    const cursor = sql.exec(query, ...values)
    cursors.push({ who, cursor: cursor as unknown as SqlStorageCursor<Record<string, SqlStorageValue>> })
    if (cursors.length > KEPT_CURSORS * 2) settleCursors(KEPT_CURSORS)
    return cursor as ReturnType<typeof sql.exec> as never
  }
  return over(storage, {
    sql: over(sql, { exec }),
    kv: over(kv, {
      get: ((key: string) => {
        counts.rowsRead++
        return kv.get(key)
      }) as typeof kv.get,
      put: (key, value) => {
        counts.rowsWritten++
        kv.put(key, value)
      },
      delete: (key) => {
        counts.rowsWritten++
        return kv.delete(key)
      },
    }),
    setAlarm: (at, options) => {
      counts.rowsWritten++
      return storage.setAlarm(at, options)
    },
    deleteAlarm: (options) => {
      counts.rowsWritten++
      return storage.deleteAlarm(options)
    },
  })
}

/** KV bills a bulk read by its keys. */
function countingKv(who: string, kv: KVNamespace): KVNamespace {
  const counts = countsOf(who)
  const read = (name: 'get' | 'getWithMetadata') =>
    ((key: string | string[], ...rest: unknown[]) => {
      counts.kvReads += Array.isArray(key) ? key.length : 1
      return Reflect.apply(kv[name], kv, [key, ...rest])
    }) as never
  return over(kv, {
    get: read('get'),
    getWithMetadata: read('getWithMetadata'),
    list: ((options: KVNamespaceListOptions) => {
      counts.kvLists++
      return kv.list(options)
    }) as never,
    put: ((...values: Parameters<KVNamespace['put']>) => {
      counts.kvWrites++
      return kv.put(...values)
    }) as never,
    delete: ((key: string) => {
      counts.kvWrites++
      return kv.delete(key)
    }) as never,
  })
}

type AnyNamespace = DurableObjectNamespace<undefined>

/** Every call of a stub's method is a request to its object. */
function countingObjects(who: string, namespace: AnyNamespace): AnyNamespace {
  const counts = countsOf(who)
  const counting = (stub: DurableObjectStub<undefined>) =>
    new Proxy(stub, {
      get(target, name) {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...values: unknown[]) => {
          counts.objectRequests++
          return Reflect.apply(value, target, values)
        }
      },
    })
  return over(namespace, {
    getByName: (name) => counting(namespace.getByName(name)),
    get: (id) => counting(namespace.get(id)),
  })
}

/** The bindings with counters around them. */
export function countingEnv<E extends object>(who: string, env: E): E {
  const replaced: Record<string, unknown> = {}
  for (const [name, binding] of Object.entries(env)) {
    if (typeof binding !== 'object' || binding === null) continue
    if ('getWithMetadata' in binding) replaced[name] = countingKv(who, binding as KVNamespace)
    else if ('idFromName' in binding) replaced[name] = countingObjects(who, binding as AnyNamespace)
  }
  return { ...env, ...replaced }
}
