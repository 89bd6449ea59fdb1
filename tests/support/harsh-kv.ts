import { namespaceOf } from './memory-kv.ts'

const STALE_MS = 60_000
const WRITE_EVERY_MS = 1_000
const OPERATIONS_PER_INVOCATION = 1_000

type Seen = { value: string | null; metadata: unknown }
type Verb = 'GET' | 'PUT' | 'DELETE' | 'LIST'
type Listed = { name: string; metadata?: unknown }

/**
 * Wraps a KV namespace with the worst behaviour that production allows. Reads and lists show a key, or its absence, as it was
 * a minute ago. A second write to a key within a second is refused, operation 1,001 of an invocation throws, and an empty
 * page precedes every page of a list.
 */
export class HarshKv {
  operations = 0
  /** Which operations KV refuses besides, as it does above a daily limit. For lists the key is the prefix. */
  refusal: (verb: Verb, key: string) => boolean = () => false
  /** Whether a write is stored but answered with an error, as when the connection breaks. */
  losesAnswers = false
  readonly #staleMs: number
  readonly #kv: KVNamespace
  readonly #stale = new Map<string, { seen: Seen; until: number }>()
  readonly #written = new Map<string, number>()

  constructor(kv: KVNamespace, staleMs = STALE_MS) {
    this.#kv = kv
    this.#staleMs = staleMs
  }

  /** The namespace as a binding; call `beginInvocation` before each invocation. */
  get namespace(): KVNamespace {
    return namespaceOf(this)
  }

  beginInvocation(): void {
    this.operations = 0
  }

  async get(key: string | string[]): Promise<string | null | Map<string, string | null>> {
    this.#count('GET', key)
    if (typeof key === 'string') return (await this.#see(key)).value
    const fresh = await this.#kv.get(key)
    return new Map(
      key.map((one) => [one, this.#staleAt(one)?.value ?? (this.#staleAt(one) ? null : (fresh.get(one) ?? null))]),
    )
  }

  async getWithMetadata(key: string | string[]) {
    this.#count('GET', key)
    if (typeof key !== 'string') {
      const seen = await Promise.all(key.map(async (one) => [one, await this.#see(one)] as const))
      return new Map(seen.map(([one, entry]) => [one, entry.value === null ? null : entry]))
    }
    return { ...(await this.#see(key)), cacheStatus: null }
  }

  async put(key: string, value: string, options?: KVNamespacePutOptions): Promise<void> {
    await this.#beforeWrite('PUT', key)
    await this.#kv.put(key, value, options)
    this.#answer()
  }

  async delete(key: string): Promise<void> {
    await this.#beforeWrite('DELETE', key)
    await this.#kv.delete(key)
    this.#answer()
  }

  async list({ cursor, ...options }: KVNamespaceListOptions = {}) {
    this.#count('LIST', options.prefix ?? '')
    const [passed, real = ''] = cursor?.split('|') ?? []
    if (passed === undefined) return { keys: [], list_complete: false, cursor: 'empty|', cacheStatus: null }
    if (passed === 'full') return { keys: [], list_complete: false, cursor: `empty|${real}`, cacheStatus: null }
    const page = await this.#kv.list<unknown>({ ...options, ...(real !== '' && { cursor: real }) })
    const keys = page.keys.flatMap((key) => this.#listed(key))
    const until = page.list_complete ? '\uffff' : (page.keys.at(-1)?.name ?? '')
    const known = new Set(page.keys.map(({ name }) => name))
    const deleted = [...this.#stale.keys()].filter(
      (name) =>
        name.startsWith(options.prefix ?? '') &&
        !known.has(name) &&
        name > (this.#ends.get(real) ?? '') &&
        name <= until,
    )
    const all = [...keys, ...deleted.flatMap((name) => (this.#staleAt(name) ? this.#listed({ name }) : []))]
    all.sort((a, b) => (a.name < b.name ? -1 : 1))
    if (page.list_complete) return { keys: all, list_complete: true, cacheStatus: null }
    this.#ends.set(page.cursor, until)
    return { keys: all, list_complete: false, cursor: `full|${page.cursor}`, cacheStatus: null }
  }

  /** For each cursor of the wrapped KV: the last key before the cursor. */
  readonly #ends = new Map<string, string>()

  #listed(key: Listed): Listed[] {
    const stale = this.#staleAt(key.name)
    if (stale === undefined) return [key]
    if (stale.value === null) return []
    return [stale.metadata === null ? { name: key.name } : { name: key.name, metadata: stale.metadata }]
  }

  #staleAt(key: string): Seen | undefined {
    const stale = this.#stale.get(key)
    return stale !== undefined && stale.until > Date.now() ? stale.seen : undefined
  }

  async #see(key: string): Promise<Seen> {
    const stale = this.#staleAt(key)
    if (stale !== undefined) return stale
    const { value, metadata } = await this.#kv.getWithMetadata<unknown>(key)
    return { value, metadata }
  }

  async #beforeWrite(verb: 'PUT' | 'DELETE', key: string): Promise<void> {
    this.#count(verb, key)
    const last = this.#written.get(key)
    if (last !== undefined && Date.now() - last < WRITE_EVERY_MS)
      throw new Error(`KV ${verb} failed: 429 Too Many Requests`)
    this.#written.set(key, Date.now())
    this.#stale.set(key, { seen: await this.#see(key), until: Date.now() + this.#staleMs })
  }

  #answer(): void {
    if (this.losesAnswers) throw new Error('Network connection lost.')
  }

  #count(verb: Verb, keys: string | string[]): void {
    this.operations++
    if ([keys].flat().some((key) => this.refusal(verb, key)))
      throw new Error(`KV ${verb} failed: 429 Too Many Requests`)
    if (this.operations > OPERATIONS_PER_INVOCATION)
      throw new Error('Too many API requests by single worker invocation.')
  }
}
