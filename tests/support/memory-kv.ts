/** Workers KV in memory, strongly consistent. Enforces the platform's limits (developers.cloudflare.com/kv/platform/limits). */

const MAX_KEY_BYTES = 512
const MAX_METADATA_BYTES = 1_024
const MIN_TTL_SECONDS = 60
const MAX_BULK_KEYS = 100
const PAGE_KEYS = 1_000

type Entry = { value: string; metadata: unknown; expires: number }

type Found = { value: string | null; metadata: unknown; cacheStatus: null }

export class MemoryKv {
  readonly entries = new Map<string, Entry>()

  async get(key: string | string[]): Promise<string | null | Map<string, string | null>> {
    if (typeof key === 'string') return this.#live(key)?.value ?? null
    if (key.length > MAX_BULK_KEYS) throw new Error(`KV GET_BULK failed: 400 at most ${MAX_BULK_KEYS} keys`)
    return new Map(key.map((one) => [one, this.#live(one)?.value ?? null]))
  }

  async getWithMetadata(key: string): Promise<Found>
  async getWithMetadata(key: string[]): Promise<Map<string, Found | null>>
  async getWithMetadata(key: string | string[]): Promise<Found | Map<string, Found | null>> {
    if (typeof key !== 'string') {
      if (key.length > MAX_BULK_KEYS) throw new Error(`KV GET_BULK failed: 400 at most ${MAX_BULK_KEYS} keys`)
      const found = await Promise.all(key.map(async (one) => [one, await this.getWithMetadata(one)] as const))
      return new Map(found.map(([one, entry]) => [one, entry.value === null ? null : entry]))
    }
    const entry = this.#live(key)
    return { value: entry?.value ?? null, metadata: entry?.metadata ?? null, cacheStatus: null }
  }

  async put(
    key: string,
    value: string,
    { metadata, expirationTtl }: { metadata?: unknown; expirationTtl?: number } = {},
  ) {
    if (key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES) throw new Error('KV PUT failed: 414 key length')
    const written = JSON.stringify(metadata ?? null)
    if (Buffer.byteLength(written) > MAX_METADATA_BYTES) throw new Error('KV PUT failed: 413 metadata length')
    if (expirationTtl !== undefined && expirationTtl < MIN_TTL_SECONDS)
      throw new Error('KV PUT failed: 400 expiration_ttl')
    const expires = expirationTtl === undefined ? Number.POSITIVE_INFINITY : Date.now() + expirationTtl * 1_000
    this.entries.set(key, { value, metadata: JSON.parse(written), expires })
  }

  async delete(key: string) {
    this.entries.delete(key)
  }

  async list({ prefix = '', cursor, limit = PAGE_KEYS }: { prefix?: string; cursor?: string; limit?: number } = {}) {
    const names = [...this.entries.keys()].filter((name) => name.startsWith(prefix) && this.#live(name)).sort()
    const rest = cursor === undefined ? names : names.filter((name) => name > cursor)
    const keys = rest.slice(0, limit).map((name) => {
      const metadata = this.#live(name)?.metadata ?? null
      return metadata === null ? { name } : { name, metadata }
    })
    const complete = rest.length <= limit
    return { keys, list_complete: complete, ...(!complete && { cursor: keys.at(-1)?.name }), cacheStatus: null }
  }

  #live(key: string): Entry | undefined {
    const entry = this.entries.get(key)
    return entry !== undefined && entry.expires > Date.now() ? entry : undefined
  }
}

/** A test double as the KV binding. The doubles cover the calls that Tocsin makes, not every overload of the type. */
export const namespaceOf = (kv: object): KVNamespace => kv as KVNamespace
