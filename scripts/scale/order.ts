import { createHmac } from 'node:crypto'

/** Leading bytes of a fingerprint that fit exactly into a JavaScript number. */
const HEAD_BYTES = 6

/** Generated people in the order of their fingerprints, as KV lists them. Uses twelve bytes a person. */
export class CrowdOrder {
  readonly #secret: Buffer
  readonly #emailOf: (n: number) => string
  readonly #heads: Float64Array // the first 48 bits of each fingerprint, by person
  readonly #order: Uint32Array // the persons, by fingerprint

  constructor(people: number, fingerprintKey: string, emailOf: (n: number) => string) {
    this.#secret = Buffer.from(fingerprintKey, 'base64')
    this.#emailOf = emailOf
    this.#heads = Float64Array.from({ length: people }, (_, n) => this.#digest(n).readUIntBE(0, HEAD_BYTES))
    const heads = this.#heads
    const full = (n: number) => this.fingerprint(n)
    this.#order = Uint32Array.from({ length: people }, (_, n) => n).sort(
      (a, b) => (heads[a] ?? 0) - (heads[b] ?? 0) || (full(a) < full(b) ? -1 : 1),
    )
  }

  fingerprint(n: number): string {
    return this.#digest(n).toString('hex', 0, 16)
  }

  /** Numbers of at most `limit` people whose fingerprints begin with `prefix`, skipping `from`. `more`: further people follow. */
  page(prefix: string, from: number, limit: number): { people: number[]; more: boolean } {
    const start = this.#firstFrom(prefix)
    const end = prefix === '' ? this.#order.length : this.#firstFrom(next(prefix))
    const people = [...this.#order.subarray(start + from, Math.min(end, start + from + limit))]
    return { people, more: start + from + limit < end }
  }

  /** Index in the order of the first fingerprint that is not below `prefix`. */
  #firstFrom(prefix: string): number {
    if (prefix === '') return 0
    const bound = Number.parseInt(prefix.padEnd(HEAD_BYTES * 2, '0').slice(0, HEAD_BYTES * 2), 16)
    if (prefix.length > HEAD_BYTES * 2) return this.#order.length // past 'ffff…'
    let low = 0
    for (let high = this.#order.length; low < high; ) {
      const middle = (low + high) >>> 1
      if ((this.#heads[this.#order[middle] ?? 0] ?? 0) < bound) low = middle + 1
      else high = middle
    }
    return low
  }

  #digest(n: number): Buffer {
    return createHmac('sha256', this.#secret).update(this.#emailOf(n)).digest()
  }
}

/** The next prefix of the same length; after the last one a text longer than any prefix. */
function next(prefix: string): string {
  const after = (Number.parseInt(prefix, 16) + 1).toString(16).padStart(prefix.length, '0')
  return after.length > prefix.length ? 'g'.repeat(HEAD_BYTES * 2 + 1) : after
}
