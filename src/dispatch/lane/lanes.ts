import { AUDIENCE_PREFIX } from '../../supporter-list/store.ts'

/** Most people for a single lane: up to this number one lane is fastest and writes the fewest rows. */
const ONE_LANE_PEOPLE = 5_000
/** Most people for four lanes. More lanes cost more rows and requests, and leave more batches that are not full. */
const FEW_LANES_PEOPLE = 16_000
const FEW_LANES = 4

/** The largest number of lanes. Each then owns the fingerprints that begin with one hexadecimal digit. */
export const LANES = 16

/** How many lanes share so many people: 1, 4 or 16. */
export const lanesFor = (people: number): number =>
  people <= ONE_LANE_PEOPLE ? 1 : people <= FEW_LANES_PEOPLE ? FEW_LANES : LANES

/** The KV prefixes of each lane's supporters, by lane, in the order of keys. */
export const prefixesFor = (lanes: number): string[][] =>
  lanes === 1
    ? [[AUDIENCE_PREFIX]]
    : Array.from({ length: lanes }, (_, lane) =>
        Array.from({ length: LANES / lanes }, (_, i) => AUDIENCE_PREFIX + (lane * (LANES / lanes) + i).toString(16)),
      )

/** The index of the lane that owns a fingerprint, in a dispatch with so many lanes. */
export const laneOfFingerprint = (fingerprint: string, lanes: number): number =>
  Math.floor((Number.parseInt(fingerprint.charAt(0), 16) * lanes) / LANES)
