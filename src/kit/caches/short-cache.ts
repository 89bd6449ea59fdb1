/** Milliseconds for which an isolate shows what it last read. */
const CACHE_MS = 15_000
/** Names in a URL are anybody's: so many are remembered. */
const MAX_CACHED_SLUGS = 200

/** What an isolate last read of each campaign. Values and no promises of them: what one request waits for may be cancelled with it. */
export class ShortCache<T> {
  readonly #known = new Map<string, { until: number; value: T }>()

  /** `now` in epoch ms; `read` is given the value that was known before, if any. */
  async find(slug: string, now: number, read: (before: T | undefined) => Promise<T>): Promise<T> {
    const known = this.#known.get(slug)
    if (known !== undefined && known.until > now) return known.value
    const value = await read(known?.value)
    if (this.#known.size >= MAX_CACHED_SLUGS) this.#known.clear()
    this.#known.set(slug, { until: now + CACHE_MS, value })
    return value
  }
}
