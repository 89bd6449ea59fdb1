/** A confirmed supporter in clear text, as the audience gives one to a lane. */
export type Person = {
  fingerprint: string
  email: string
  name?: string
  locales: string[]
  topics: string[]
  country?: string
  since: number // epoch ms of the confirmation that began this membership
}

/** One page of the audience, ordered by fingerprint. `operations` counts KV operations. */
export type AudiencePage = {
  people: Person[]
  cursor?: string
  done: boolean
  lastKey?: string
  operations: number
  damaged: number // records that could not be decrypted and were skipped
}
