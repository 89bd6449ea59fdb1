/** Milliseconds for which an isolate serves a cached value. */
const CACHE_MS = 15_000
/** Most slugs in the cache. Anybody can put any slug into a URL, so the number needs a limit. */
const MAX_CACHED_SLUGS = 200

/**
 * Caches one value per campaign for 15 seconds. Stores values and not promises, because a promise can be cancelled with
 * the request that started it.
 */
export class ShortCache<T> {
  readonly #known = new Map<string, { until: number; value: T }>()

  /** The value for a slug, from the cache or from `read`. `now` in epoch ms; `read` gets the expired value, if there is one. */
  async find(slug: string, now: number, read: (before: T | undefined) => Promise<T>): Promise<T> {
    const known = this.#known.get(slug)
    if (known !== undefined && known.until > now) return known.value
    const value = await read(known?.value)
    if (this.#known.size >= MAX_CACHED_SLUGS) this.#known.clear()
    this.#known.set(slug, { until: now + CACHE_MS, value })
    return value
  }
}
