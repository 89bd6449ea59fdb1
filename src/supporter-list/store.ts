import * as z from 'zod'
import type { Settings } from '../env.ts'
import { sealed } from '../security/sealed.ts'
import { open, seal } from '../security/vault.ts'
import { retryWrite } from '../storage/kv-write.ts'
import { packSupporter, type Supporter, unpackSupporter } from './supporter.ts'

/** Where confirmed supporters stand in KV; the rest of the key is the fingerprint. */
export const AUDIENCE_PREFIX = 'supporter/'

/** Bytes of JSON that KV takes as a key's metadata, quotes included; `list` gives metadata back, so no `get` is needed. */
const MAX_METADATA_BYTES = 1_024
/** Stands as the value where the record is in the metadata: local KV once lost the metadata of an empty value. */
const IN_METADATA = '.'

const PROOF_PREFIX = 'proof/'
/** The ordinary time within which a claim about mail sent without consent can be brought (such as § 195 BGB). */
export const PROOF_YEARS = 3
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** That somebody had agreed to be written to, and until when. The key stands for the address; the proof does not repeat it. */
const proof = z.strictObject({ wording: z.string(), at: z.int(), via: z.string(), since: z.int(), left: z.int() })
export type Proof = z.infer<typeof proof>
const proofs = sealed('proof', proof)

/** Confirmed supporters by fingerprint. Reads may be a minute old; writes wait out KV's one write per key and second. */
export type SupporterStore = {
  get(fingerprint: string): Promise<Supporter | null>
  /** At most 100 in one operation; who is not there, or does not open, is not in the answer. */
  getAll(fingerprints: readonly string[]): Promise<Map<string, Supporter>>
  put(fingerprint: string, supporter: Supporter): Promise<void>
  remove(fingerprint: string): Promise<void>
  getProof(fingerprint: string): Promise<Proof | null>
  putProof(fingerprint: string, proof: Proof): Promise<void>
  removeProof(fingerprint: string): Promise<void>
}

type Keys = Pick<Settings, 'keys' | 'fingerprint'>

export function supporterStore(kv: KVNamespace, settings: Keys): SupporterStore {
  return {
    async get(fingerprint) {
      const key = AUDIENCE_PREFIX + fingerprint
      const { value, metadata } = await kv.getWithMetadata(key)
      return openRecord(settings, key, metadata ?? value)
    },
    async getAll(fingerprints) {
      const keys = fingerprints.map((fingerprint) => AUDIENCE_PREFIX + fingerprint)
      // Where there is no such key the platform gives null, whatever its types say.
      const found: Map<string, { value: string | null; metadata: unknown } | null> = await kv.getWithMetadata(keys)
      const opened = await Promise.all(
        [...found].map(async ([key, entry]) => {
          const supporter = await openRecord(settings, key, entry?.metadata ?? entry?.value)
          return supporter === null ? [] : [[fingerprintOfKey(key), supporter] as const]
        }),
      )
      return new Map(opened.flat())
    },
    async put(fingerprint, supporter) {
      const key = AUDIENCE_PREFIX + fingerprint
      const sealed = await seal(settings.keys, 'supporter', key, packSupporter(supporter))
      const fits = JSON.stringify(sealed).length <= MAX_METADATA_BYTES
      await retryWrite(() => (fits ? kv.put(key, IN_METADATA, { metadata: sealed }) : kv.put(key, sealed)))
    },
    remove: (fingerprint) => retryWrite(() => kv.delete(AUDIENCE_PREFIX + fingerprint)),
    async getProof(fingerprint) {
      const key = PROOF_PREFIX + fingerprint
      const sealed = await kv.get(key)
      return sealed === null ? null : proofs.open(settings.keys, key, sealed)
    },
    async putProof(fingerprint, proof) {
      const key = PROOF_PREFIX + fingerprint
      const sealed = await proofs.text(settings.keys, key, proof)
      await retryWrite(() => kv.put(key, sealed, { expirationTtl: PROOF_YEARS * YEAR_SECONDS }))
    },
    removeProof: (fingerprint) => retryWrite(() => kv.delete(PROOF_PREFIX + fingerprint)),
  }
}

/** The fingerprint a supporter's key ends in. */
export const fingerprintOfKey = (key: string): string => key.slice(AUDIENCE_PREFIX.length)

/** The record sealed for this key, or null if it was sealed for another, damaged, or holds an address the key does not stand for. */
export async function openRecord(settings: Keys, key: string, sealed: unknown): Promise<Supporter | null> {
  if (typeof sealed !== 'string') return null
  const supporter = unpackSupporter(await open(settings.keys, 'supporter', key, sealed))
  if (supporter === null) return null
  return (await settings.fingerprint(supporter.email)) === fingerprintOfKey(key) ? supporter : null
}
