import { type Keyring, keyring } from '../../src/security/keyring.ts'

/** A keyring of fixed root keys: each id stands for 32 bytes of its first character's code. The first id seals. */
export const keysOf = (...ids: string[]): Keyring =>
  keyring(ids.map((id) => ({ id, bytes: new Uint8Array(32).fill(id.charCodeAt(0)) })))
