import { AUDIENCE_PREFIX } from '../../supporter-list/store.ts'

/** Up to this many people one lane is quickest and writes the fewest rows. */
export const ONE_LANE_PEOPLE = 5_000
/** Up to this many, four lanes share the work: each costs rows and requests of its own, and leaves batches that are not full. */
export const FEW_LANES_PEOPLE = 16_000
const FEW_LANES = 4

/** More than that is shared by sixteen: each lane owns the fingerprints that begin with its hexadecimal digit. */
export const LANES = 16

export const lanesFor = (people: number): number =>
  people <= ONE_LANE_PEOPLE ? 1 : people <= FEW_LANES_PEOPLE ? FEW_LANES : LANES

/** KV prefixes by lane, in the order of keys. */
export const prefixesFor = (lanes: number): string[][] =>
  lanes === 1
    ? [[AUDIENCE_PREFIX]]
    : Array.from({ length: lanes }, (_, lane) =>
        Array.from({ length: LANES / lanes }, (_, i) => AUDIENCE_PREFIX + (lane * (LANES / lanes) + i).toString(16)),
      )

/** The lane of a dispatch with so many lanes that owns a fingerprint. */
export const laneOfFingerprint = (fingerprint: string, lanes: number): number =>
  Math.floor((Number.parseInt(fingerprint.charAt(0), 16) * lanes) / LANES)
