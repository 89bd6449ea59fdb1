type Bytes = Uint8Array<ArrayBuffer>

/**
 * Keeps what takes work to make, at most `max` of it, for as long as the isolate lives; the oldest go first. Bytes are kept and not promises,
 * as one request must not wait for the work of another. What cannot be made (null) is asked for again.
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
