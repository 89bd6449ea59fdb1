/** Counts the operations that Cloudflare bills, by proxies around storage, KV namespaces and Durable Object stubs. */

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

/** Counts since the last reset, by class. The local runtime runs the Worker and all objects in one isolate. */
export const counted = new Map<string, Counts>()

export function countsOf(who: string): Counts {
  const counts = counted.get(who) ?? noCounts()
  counted.set(who, counts)
  return counts
}

/** A proxy of the object with some members replaced. */
export function withMembers<T extends object>(inner: T, replaced: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const own = Reflect.get(replaced, name)
      if (own !== undefined) return own
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

type CountedCursor = { readonly rowsRead: number; readonly rowsWritten: number }
/** Cursors that are not counted yet: their row counts are final only when all rows were read. */
const cursors: Array<{ who: string; cursor: CountedCursor }> = []
const KEPT_CURSORS = 64

/** Adds the rows of all cursors but the newest `keep` to the counts. */
export function settleCursors(keep = 0): void {
  for (const { who, cursor } of cursors.splice(0, Math.max(0, cursors.length - keep))) {
    countsOf(who).rowsRead += cursor.rowsRead
    countsOf(who).rowsWritten += cursor.rowsWritten
  }
}

/** Storage with counters. Key-value entries and alarms count as rows (developers.cloudflare.com/durable-objects/platform/pricing). */
export function countingStorage(who: string, storage: DurableObjectStorage): DurableObjectStorage {
  const counts = countsOf(who)
  const { sql, kv } = storage
  const exec = <T extends Record<string, SqlStorageValue>>(...statement: Parameters<SqlStorage['exec']>) => {
    const cursor = sql.exec<T>(...statement)
    cursors.push({ who, cursor })
    if (cursors.length > KEPT_CURSORS * 2) settleCursors(KEPT_CURSORS)
    return cursor
  }
  return withMembers(storage, {
    sql: withMembers(sql, { exec }),
    kv: withMembers(kv, {
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

/** A KV namespace with counters. A bulk read counts once for each key, as KV bills it. */
function countingKv(who: string, kv: KVNamespace): KVNamespace {
  const counts = countsOf(who)
  const read = (name: 'get' | 'getWithMetadata') =>
    ((key: string | string[], ...rest: unknown[]) => {
      counts.kvReads += Array.isArray(key) ? key.length : 1
      return Reflect.apply(kv[name], kv, [key, ...rest])
    }) as never
  return withMembers(kv, {
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

/** A namespace of Durable Objects with counters. Every call of a stub's method counts as a request. */
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
  return withMembers(namespace, {
    getByName: (name) => counting(namespace.getByName(name)),
    get: (id) => counting(namespace.get(id)),
  })
}

/** The bindings with counters around KV namespaces and Durable Object namespaces. `who`: the class that uses them. */
export function countingEnv<E extends object>(who: string, env: E): E {
  const replaced: Record<string, unknown> = {}
  for (const [name, binding] of Object.entries(env)) {
    if (typeof binding !== 'object' || binding === null) continue
    if ('getWithMetadata' in binding) replaced[name] = countingKv(who, binding as KVNamespace)
    else if ('idFromName' in binding) replaced[name] = countingObjects(who, binding as AnyNamespace)
  }
  return { ...env, ...replaced }
}
