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
