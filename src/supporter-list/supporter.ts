import * as z from 'zod'
import { type Topic, topic } from '../campaigns/definition.ts'
import { type Address, normaliseAddress } from '../security/address.ts'

/** The data of a sign-up form. */
export type Profile = {
  email: Address
  name?: string
  locales: string[] // at least one, in order of preference
  topics: Topic[] // empty: all topics
  country?: string // ISO 3166-1 alpha-2
}

/** A person's consent: version of the wording, time of the form (epoch ms), and origin: `page`, `json`, `goodbye` or a partner's origin. */
type SupporterConsent = { wording: string; at: number; via: string }

/**
 * A confirmed supporter. `since` is when the membership was first confirmed (epoch ms); a repeated sign-up does not change it.
 */
export type Supporter = Profile & { since: number; consent: SupporterConsent }

/**
 * Letter of each topic in stored records and links: one letter, so that a usual record fits into KV metadata. Letters are never
 * reused for another topic; unknown letters are ignored.
 */
const TOPIC_LETTERS: Record<Topic, string> = {
  mining: 'm',
  metal: 't',
  energy: 'e',
  transport: 'r',
  manufacturing: 'f',
  agriculture: 'a',
  'public-services': 'p',
  media: 'd',
}

const address = z.string().refine((text): text is Address => {
  const read = normaliseAddress(text)
  return read.ok && read.value === text
})
const optional = z.string().transform((text) => (text === '' ? undefined : text))
const locales = z
  .string()
  .min(1)
  .transform((text) => text.split(','))
const topicsOf = (letters: string): Topic[] =>
  letters === '' ? [] : topic.options.filter((name) => letters.includes(TOPIC_LETTERS[name]))
const topics = z.string().transform(topicsOf)

/** Schema of a profile as the first items of a JSON array. */
export const packedProfile = [address, optional, locales, topics, optional] as const
export const packProfile = ({ email, name = '', locales, topics, country = '' }: Profile) =>
  [email, name, locales.join(','), topics.map((name) => TOPIC_LETTERS[name]).join(''), country] as const

/** Profile from its fields. Fields are set one by one, which is faster than spreading: a dispatch reads all supporters. */
export const profileOf = (
  email: Address,
  name: string | undefined,
  locales: string[],
  topics: Topic[],
  country: string | undefined,
): Profile => {
  const profile: Profile = { email, locales, topics }
  if (name !== undefined) profile.name = name
  if (country !== undefined) profile.country = country
  return profile
}

/** A supporter as a JSON array without field names; `unpackSupporter` reads it. */
export const packSupporter = (supporter: Supporter): unknown => {
  const { since, consent } = supporter
  return [...packProfile(supporter), since, consent.wording, consent.at, consent.via]
}

type Packed = [...profile: [string, string, string, string, string], number, string, number, string]

/**
 * Whether a value has the shape of a packed supporter. Hand-written: ten times faster than a schema, and a dispatch reads all
 * supporters.
 */
const isPacked = (value: unknown): value is Packed =>
  Array.isArray(value) &&
  value.length === 9 &&
  value.every((field, i) => (i === 5 || i === 7 ? isMillis(field) : typeof field === 'string'))

const isMillis = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

/** A supporter from its packed form; null for anything else. */
export function unpackSupporter(value: unknown): Supporter | null {
  if (!isPacked(value)) return null
  const [written, name, locales, letters, country, since, wording, at, via] = value
  const email = normaliseAddress(written)
  if (!email.ok || email.value !== written || locales === '') return null
  const profile = profileOf(email.value, name || undefined, locales.split(','), topicsOf(letters), country || undefined)
  return { ...profile, since, consent: { wording, at, via } }
}
