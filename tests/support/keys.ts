import { type Keyring, keyring } from '../../src/security/keyring.ts'

/** A keyring of fixed root keys: the key of an id is 32 bytes of the id's first character code. The first id seals. */
export const keysOf = (...ids: string[]): Keyring =>
  keyring(ids.map((id) => ({ id, bytes: new Uint8Array(32).fill(id.charCodeAt(0)) })))
