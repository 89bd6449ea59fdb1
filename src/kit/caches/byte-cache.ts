export type Bytes = Uint8Array<ArrayBuffer>

/**
 * Returns a cache of at most `max` byte arrays for the life of the isolate; the oldest entry is evicted first. Stores
 * bytes and not promises, because one request must not wait for the work of another. A null result is not cached.
 */
export function byteCache(max: number) {
  const cached = new Map<string, Bytes>()
  return async <T extends Bytes | null>(key: string, make: () => Promise<T>): Promise<T | Bytes> => {
    const known = cached.get(key)
    if (known !== undefined) return known
    const bytes = await make()
    if (bytes === null) return bytes
    cached.set(key, bytes)
    const [oldest] = cached.keys()
    if (cached.size > max && oldest !== undefined) cached.delete(oldest)
    return bytes
  }
}
