/** A KV namespace that counts, refuses and is stale as production may be. */

import { type DailyRation, KV_LIMITS } from '../../../src/kit/platform/limits.ts'
import { withMembers } from '../../bench/counts.ts'
import { refuse, spend, strictness, subrequest } from './meter.ts'

/** What was there before a write, and until when (epoch ms) it is still shown. `null`: no key. */
type Stale = { before: { value: string; metadata: unknown } | null; until: number }

type Verb = 'get' | 'put' | 'delete' | 'list'
const RATION: Record<Verb, DailyRation> = { get: 'kvReads', put: 'kvWrites', delete: 'kvDeletes', list: 'kvLists' }

function use(verb: Verb, times = 1): void {
  subrequest('inside')
  const message = `KV ${verb}() limit exceeded for the day.`
  if (strictness.kvRefuses && verb !== 'get') refuse(`${RATION[verb]} a day`, message)
  spend(RATION[verb], times, message)
}

/** The share of the longest staleness that one write gets: spread evenly, and the same in each run. */
function shareOf(key: string, writes: number): number {
  let hash = writes
  for (const character of key) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0
  return (hash >>> 0) / 2 ** 32
}

export function rationedKv(kv: KVNamespace): KVNamespace {
  const stale = new Map<string, Stale>()
  const written = new Map<string, number>() // epoch ms of the last write
  let writes = 0

  const staleAt = (key: string): Stale | undefined => {
    const found = stale.get(key)
    if (found === undefined || found.until > Date.now()) return found
    stale.delete(key)
    return undefined
  }

  async function write(verb: 'put' | 'delete', key: string, act: () => Promise<void>): Promise<void> {
    use(verb)
    const last = written.get(key)
    if (last !== undefined && Math.abs(Date.now() - last) < KV_LIMITS.writeEveryMs)
      refuse('writes a key and second', `KV ${verb.toUpperCase()} failed: 429 Too Many Requests`)
    written.set(key, Date.now())
    if (strictness.kvStaleMs > 0) {
      const shown = staleAt(key)
      const { value, metadata } = await kv.getWithMetadata<unknown>(key)
      const before = shown === undefined ? (value === null ? null : { value, metadata }) : shown.before
      stale.set(key, { before, until: Date.now() + strictness.kvStaleMs * shareOf(key, writes++) })
    }
    await act()
  }

  /** Reads by the real method; answers of one key are replaced where an older one is still shown. */
  const read = (name: 'get' | 'getWithMetadata') =>
    (async (key: string | string[], ...rest: unknown[]) => {
      use('get', Array.isArray(key) ? key.length : 1)
      const found = await Reflect.apply(kv[name], kv, [key, ...rest])
      const shown = (one: string, fresh: unknown) => {
        const old = staleAt(one)
        if (old === undefined) return fresh
        if (name === 'get') return old.before === null ? null : asAsked(old.before.value, rest[0])
        if (Array.isArray(key) && old.before === null) return null
        const { value, metadata } = old.before ?? { value: null, metadata: null }
        return { value: value === null ? null : asAsked(value, rest[0]), metadata, cacheStatus: null }
      }
      if (!Array.isArray(key)) return shown(key, found)
      return new Map([...(found as Map<string, unknown>)].map(([one, fresh]) => [one, shown(one, fresh)]))
    }) as never

  async function list(options: KVNamespaceListOptions = {}) {
    use('list')
    const page = await kv.list<unknown>(options)
    if (stale.size === 0) return page
    const inPage = new Set(page.keys.map(({ name }) => name))
    const last = page.list_complete ? '\uffff' : (page.keys.at(-1)?.name ?? '')
    const first = options.cursor === undefined ? '' : (page.keys[0]?.name ?? '')
    const gone = [...stale.keys()].filter(
      (name) => name.startsWith(options.prefix ?? '') && !inPage.has(name) && name >= first && name <= last,
    )
    const keys = [...page.keys, ...gone.map((name) => ({ name }))].flatMap((key) => {
      const old = staleAt(key.name)
      if (old === undefined) return inPage.has(key.name) ? [key] : []
      if (old.before === null) return []
      return [old.before.metadata === null ? { name: key.name } : { name: key.name, metadata: old.before.metadata }]
    })
    return { ...page, keys: keys.sort((a, b) => (a.name < b.name ? -1 : 1)) }
  }

  return withMembers(kv, {
    get: read('get'),
    getWithMetadata: read('getWithMetadata'),
    list: list as never,
    put: ((key: string, ...rest: [string, KVNamespacePutOptions?]) =>
      write('put', key, () => kv.put(key, ...rest))) as never,
    delete: ((key: string) => write('delete', key, () => kv.delete(key))) as never,
  })
}

/** A text in the type that a read asks for. */
function asAsked(text: string, asked: unknown): unknown {
  const type = typeof asked === 'string' ? asked : Reflect.get(Object(asked), 'type')
  return type === 'json' ? JSON.parse(text) : text
}
