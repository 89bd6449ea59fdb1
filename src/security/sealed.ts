import type * as z from 'zod'
import { fromBase64Url, fromUtf8, utf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Keyring } from './keyring.ts'
import { openBytes, seal, sealBytes } from './vault.ts'

type SealedBytes = Uint8Array<ArrayBuffer>

/**
 * Seals and opens values of one schema. `Value` is the input, `Opened` the parsed output. `place` is the storage key: a
 * value opens only there.
 */
type Sealing<Opened, Value = Opened> = {
  /** Seals a value as bytes, for a BLOB column. */
  bytes(keys: Keyring, place: string, value: Value): Promise<SealedBytes>
  /** Seals a value as base64url text. */
  text(keys: Keyring, place: string, value: Value): Promise<string>
  /** Opens a value. Null when its key is missing from KEYRING, its place is another, or the value does not match the schema. */
  open(keys: Keyring, place: string, sealed: SealedBytes | string): Promise<Opened | null>
  /**
   * Same as `open`, but never null. `what` names the value in the error: 'a letter'.
   * @throws Error when the value does not open.
   */
  mustOpen(keys: Keyring, place: string, sealed: SealedBytes | string, what: string): Promise<Opened>
}

/** A sealing for one purpose: seals values of a schema as JSON, and parses opened values with the schema. */
export function sealed<Opened, Value>(purpose: string, schema: z.ZodType<Opened, Value>): Sealing<Opened, Value> {
  const plainOf = (keys: Keyring, place: string, sealed: SealedBytes | string) => {
    const bytes = typeof sealed === 'string' ? fromBase64Url(sealed) : sealed
    return bytes && openBytes(keys, purpose, place, bytes)
  }
  const parsed = (plain: Uint8Array) => schema.safeParse(parseJson(fromUtf8(plain)))
  return {
    bytes: (keys, place, value) => sealBytes(keys, purpose, place, utf8(JSON.stringify(value))),
    text: (keys, place, value) => seal(keys, purpose, place, value),
    async open(keys, place, sealed) {
      const plain = await plainOf(keys, place, sealed)
      return plain === null ? null : (parsed(plain).data ?? null)
    },
    async mustOpen(keys, place, sealed, what) {
      const plain = await plainOf(keys, place, sealed)
      if (plain === null) throw new Error(`${what} does not open: KEYRING must still hold the key that sealed it`)
      const { data, error } = parsed(plain)
      if (error) throw new Error(`${what} is not as expected: ${faultsIn(error)}`)
      return data
    },
  }
}

/** Fields and kinds of fault only. Values, and messages about values, may contain personal data. */
const faultsIn = ({ issues }: z.ZodError): string =>
  [...new Set(issues.map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`))].join(', ')
