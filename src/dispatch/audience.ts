import { firstAvailable } from '../kit/locales.ts'
import type { Audience } from './audience-filter.ts'

/** A confirmed supporter as the audience source gives them to a lane, in clear while the lane freezes them. */
export type Person = {
  fingerprint: string
  email: string
  name?: string
  locales: string[]
  topics: string[]
  country?: string
  since: number // epoch ms of the confirmation that began this membership
}

/** One page of the audience, in the order of fingerprints. */
export type AudiencePage = {
  people: Person[]
  cursor?: string
  done: boolean
  lastKey?: string
  operations: number
  damaged: number // records that did not open: skipped, counted, never guessed at
}

/** Where confirmed supporters stand in KV; the rest of the key is the fingerprint. */
export const AUDIENCE_PREFIX = 'supporter/'

/**
 * The language this person is sent the campaign in, or null when the dispatch is not for them.
 * Somebody who chose no topic reads about all of them; somebody who gave no country is in no country.
 */
export function localeFor(person: Person, audience: Audience, campaignLocales: readonly string[]): string | null {
  const locale = firstAvailable(person.locales, campaignLocales)
  if (audience.locales !== undefined && !audience.locales.includes(locale)) return null
  if (
    audience.countries !== undefined &&
    (person.country === undefined || !audience.countries.includes(person.country))
  )
    return null
  const { topics, confirmedAfter } = audience
  if (
    topics !== undefined &&
    person.topics.length > 0 &&
    !person.topics.some((topic) => topics.some((t) => t === topic))
  )
    return null
  if (confirmedAfter !== undefined && person.since <= Date.parse(confirmedAfter)) return null
  return locale
}

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
