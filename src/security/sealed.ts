import type * as z from 'zod'
import { fromBase64Url, fromUtf8, utf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Keyring } from './keyring.ts'
import { openBytes, seal, sealBytes } from './vault.ts'

type SealedBytes = Uint8Array<ArrayBuffer>

/** `Value` is what is sealed, `Opened` what the schema makes of it. A place is the storage key: a value opens nowhere else. */
export type Sealing<Opened, Value = Opened> = {
  /** For a BLOB column. */
  bytes(keys: Keyring, place: string, value: Value): Promise<SealedBytes>
  /** Base64url. */
  text(keys: Keyring, place: string, value: Value): Promise<string>
  /** Null when it does not open: the keyring has lost the key, it was sealed for another place, or it does not fit the schema. */
  open(keys: Keyring, place: string, sealed: SealedBytes | string): Promise<Opened | null>
  /** @throws Error when it does not open. `what` names it there: 'a letter'. */
  mustOpen(keys: Keyring, place: string, sealed: SealedBytes | string, what: string): Promise<Opened>
}

/** Seals values of a schema as JSON for one purpose, as bytes or text, and parses what opens. */
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

/** Fields and kinds of fault. A value, or a message about it, may say something of a person. */
const faultsIn = ({ issues }: z.ZodError): string =>
  [...new Set(issues.map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`))].join(', ')
