import * as z from 'zod'
import type { Settings } from '../env.ts'
import { KV_LIMITS } from '../kit/platform/limits.ts'
import { sealed } from '../security/sealed.ts'
import { open, seal } from '../security/vault.ts'
import { retryWrite } from '../storage/kv-write.ts'
import { packSupporter, type Supporter, unpackSupporter } from './supporter.ts'

/** Prefix of confirmed supporters' keys in KV; the rest of the key is the fingerprint. */
export const AUDIENCE_PREFIX = 'supporter/'

/** Maximum bytes of a key's metadata in KV, as JSON with quotes. `list` returns metadata, so no `get` is needed. */
const MAX_METADATA_BYTES = KV_LIMITS.metadataBytes
/** Value of a key whose record is in the metadata. Not empty, because local KV once lost the metadata of an empty value. */
const IN_METADATA = '.'

const PROOF_PREFIX = 'proof/'
/**
 * Years for which a proof of consent is stored: the usual limitation period for claims about mail without consent (such as §
 * 195 BGB).
 */
const PROOF_YEARS = 3
const YEAR_SECONDS = 365 * 24 * 60 * 60

/**
 * Proof that a former supporter had consented, and when they left (epoch ms). The key holds the fingerprint; the proof has no
 * address.
 */
const proof = z.strictObject({ wording: z.string(), at: z.int(), via: z.string(), since: z.int(), left: z.int() })
export type Proof = z.infer<typeof proof>
const proofs = sealed('proof', proof)

/**
 * Confirmed supporters and proofs of consent by fingerprint, as KV shows them: up to ten minutes old. `Suppression` knows the
 * newer state and makes all changes of single people; only imports write here themselves.
 */
export type SupporterStore = {
  get(fingerprint: string): Promise<Supporter | null>
  /** Reads at most 100 records in one operation. Records that are missing or do not decrypt are absent from the result. */
  getAll(fingerprints: readonly string[]): Promise<Map<string, Supporter>>
  put(fingerprint: string, supporter: Supporter): Promise<void>
  /** Writes a record sealed by `sealRecord`. */
  putSealed(fingerprint: string, sealed: string): Promise<void>
  remove(fingerprint: string): Promise<void>
  getProof(fingerprint: string): Promise<Proof | null>
  /** Writes a proof sealed by `sealProof`. */
  putSealedProof(fingerprint: string, sealed: string): Promise<void>
  removeProof(fingerprint: string): Promise<void>
}

type Keys = Pick<Settings, 'keys' | 'fingerprint'>

/** How a write to KV is tried. */
type Writing = <T>(write: () => Promise<T>) => Promise<T>

/** Tries a write once. For callers that try again later. */
export const writeOnce: Writing = (write) => write()

/** Supporters and proofs of consent in the KV namespace `kv`, sealed. Writes wait for KV's limit of one a second and key. */
export function supporterStore(kv: KVNamespace, settings: Keys, writing: Writing = retryWrite): SupporterStore {
  const putSealed = async (fingerprint: string, sealed: string): Promise<void> => {
    const key = AUDIENCE_PREFIX + fingerprint
    const fits = JSON.stringify(sealed).length <= MAX_METADATA_BYTES
    await writing(() => (fits ? kv.put(key, IN_METADATA, { metadata: sealed }) : kv.put(key, sealed)))
  }
  return {
    async get(fingerprint) {
      const key = AUDIENCE_PREFIX + fingerprint
      const { value, metadata } = await kv.getWithMetadata(key)
      return openRecord(settings, key, metadata ?? value)
    },
    async getAll(fingerprints) {
      const keys = fingerprints.map((fingerprint) => AUDIENCE_PREFIX + fingerprint)
      // The platform returns null for a missing key, although its types exclude null.
      const found: Map<string, { value: string | null; metadata: unknown } | null> = await kv.getWithMetadata(keys)
      const opened = await Promise.all(
        [...found].map(async ([key, entry]) => {
          const supporter = await openRecord(settings, key, entry?.metadata ?? entry?.value)
          return supporter === null ? [] : [[fingerprintOfKey(key), supporter] as const]
        }),
      )
      return new Map(opened.flat())
    },
    put: async (fingerprint, supporter) => putSealed(fingerprint, await sealRecord(settings, fingerprint, supporter)),
    putSealed,
    remove: (fingerprint) => writing(() => kv.delete(AUDIENCE_PREFIX + fingerprint)),
    async getProof(fingerprint) {
      const key = PROOF_PREFIX + fingerprint
      const sealed = await kv.get(key)
      return sealed === null ? null : proofs.open(settings.keys, key, sealed)
    },
    async putSealedProof(fingerprint, sealed) {
      await writing(() => kv.put(PROOF_PREFIX + fingerprint, sealed, { expirationTtl: PROOF_YEARS * YEAR_SECONDS }))
    },
    removeProof: (fingerprint) => writing(() => kv.delete(PROOF_PREFIX + fingerprint)),
  }
}

/**
 * Seals a record for its key in KV. The text opens only there, wherever it waits until it is written.
 * @throws Error when the fingerprint is not that of the record's address: only what is right is ever stored
 */
export async function sealRecord(settings: Keys, fingerprint: string, supporter: Supporter): Promise<string> {
  if (!(await isOwnFingerprint(settings, supporter, fingerprint)))
    throw new Error('a record was to be stored under the fingerprint of another address')
  return seal(settings.keys, 'supporter', AUDIENCE_PREFIX + fingerprint, packSupporter(supporter))
}

/** Seals a proof of consent for its key in KV. */
export const sealProof = ({ keys }: Pick<Settings, 'keys'>, fingerprint: string, proof: Proof): Promise<string> =>
  proofs.text(keys, PROOF_PREFIX + fingerprint, proof)

/** Fingerprint in a supporter's key. */
export const fingerprintOfKey = (key: string): string => key.slice(AUDIENCE_PREFIX.length)

/**
 * Opens the record sealed for this key. Returns null when the record is damaged, was sealed for another key, or holds an
 * address with another fingerprint.
 */
export async function openRecord(settings: Keys, key: string, sealed: unknown): Promise<Supporter | null> {
  const supporter = await decryptRecord(settings, key, sealed)
  return supporter !== null && (await isOwnFingerprint(settings, supporter, fingerprintOfKey(key))) ? supporter : null
}

/** Same as `openRecord`, but does not compute the fingerprint of the address: for readers of many, who do it for a sample. */
export async function decryptRecord(
  { keys }: Pick<Settings, 'keys'>,
  key: string,
  sealed: unknown,
): Promise<Supporter | null> {
  return typeof sealed === 'string' ? unpackSupporter(await open(keys, 'supporter', key, sealed)) : null
}

/** Whether the address of a record has this fingerprint. False for every stored record when FINGERPRINT_KEY has changed. */
export const isOwnFingerprint = async (
  settings: Pick<Settings, 'fingerprint'>,
  { email }: Pick<Supporter, 'email'>,
  fingerprint: string,
): Promise<boolean> => (await settings.fingerprint(email)) === fingerprint
