import * as z from 'zod'
import { type Topic, topic } from '../campaigns/definition.ts'
import { type Address, normaliseAddress } from '../security/address.ts'

/** What people say of themselves when they sign up. */
export type Profile = {
  email: Address
  name?: string
  locales: string[] // at least one, the first they want first
  topics: Topic[] // none: everything
  country?: string // ISO 3166-1 alpha-2
}

/** What somebody agreed to: which wording, when they sent the form (epoch ms), and where: `page`, `json` or a partner's origin. */
export type SupporterConsent = { wording: string; at: number; via: string }

/** `since`: when this membership was first confirmed, epoch ms; signing up again keeps it. */
export type Supporter = Profile & { since: number; consent: SupporterConsent }

/**
 * How topics are written in records and links: one letter each, so that a usual record fits KV's metadata. A letter is never given
 * to another topic; one that no topic has any more is passed over.
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

/** A profile as the beginning of a JSON array. */
export const packedProfile = [address, optional, locales, topics, optional] as const
export const packProfile = ({ email, name = '', locales, topics, country = '' }: Profile) =>
  [email, name, locales.join(','), topics.map((name) => TOPIC_LETTERS[name]).join(''), country] as const

export const profileOf = (
  email: Address,
  name: string | undefined,
  locales: string[],
  topics: Topic[],
  country: string | undefined,
): Profile => {
  const profile: Profile = { email, locales, topics } // not by spreading: a dispatch reads everybody
  if (name !== undefined) profile.name = name
  if (country !== undefined) profile.country = country
  return profile
}

/** A supporter as a JSON array, without the names of fields. */
export const packSupporter = (supporter: Supporter): unknown => {
  const { since, consent } = supporter
  return [...packProfile(supporter), since, consent.wording, consent.at, consent.via]
}

type Packed = [...profile: [string, string, string, string, string], number, string, number, string]

/** By hand and not by a schema: a dispatch reads everybody, and this takes a tenth of the time. */
const isPacked = (value: unknown): value is Packed =>
  Array.isArray(value) &&
  value.length === 9 &&
  value.every((field, i) => (i === 5 || i === 7 ? isMillis(field) : typeof field === 'string'))

const isMillis = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

/** Null for anything that is not a packed supporter. */
export function unpackSupporter(value: unknown): Supporter | null {
  if (!isPacked(value)) return null
  const [written, name, locales, letters, country, since, wording, at, via] = value
  const email = normaliseAddress(written)
  if (!email.ok || email.value !== written || locales === '') return null
  const profile = profileOf(email.value, name || undefined, locales.split(','), topicsOf(letters), country || undefined)
  return { ...profile, since, consent: { wording, at, via } }
}
