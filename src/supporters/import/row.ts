import * as z from 'zod'
import { type Topic, topic } from '../../campaigns/definition.ts'
import { findInvisible, trimUnseen } from '../../kit/characters.ts'
import { countryOf } from '../../kit/countries.ts'
import { holdsLink } from '../../kit/links/links.ts'
import { MAX_NAME_CHARS, plainName } from '../../kit/person-name.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { type Address, type AddressFault, normaliseAddress } from '../../security/address.ts'
import type { SuppressionReason } from '../../suppression/suppression-rules.ts'
import type { RowRefusalReason } from './refusals.ts'

/** Maximum UTF-16 units of the origin of consent, such as “paper petition 2024” or a site's origin. */
const MAX_SOURCE_CHARS = 300
/** Maximum UTF-16 units of the consent sentence. */
const MAX_WORDING_CHARS = 1_000
/** Years after which a consent is refused as too old: such people no longer expect mail. */
const MAX_CONSENT_YEARS = 10
const YEAR_MS = 365.25 * 24 * 60 * 60 * 1_000
/** Milliseconds by which a date may be in the future: a date has no zone, and the earliest zone is 14 hours ahead of UTC. */
const AHEAD_MS = 14 * 60 * 60 * 1_000
/** Maximum number of languages or topics in one row. */
const MAX_LISTED = 50

/** Earlier consent of a person, as the list states it. `at` is in epoch ms. */
export type ImportedConsent = { source: string; at: number; wording: string }

/** Data of one row. `locales` is empty if the row has no language that this site offers. */
export type ImportRow = {
  email: Address
  name?: string
  locales: string[]
  topics: Topic[]
  country?: string
  consent?: ImportedConsent // absent: the person is asked by mail
  leaves?: LeavingReason // the file says that they must not be written to
}

/** Why a file says that a person must not be written to. */
export type LeavingReason = Exclude<SuppressionReason, 'erased'>

/**
 * A parsed row. `unspoken`: the row names languages, but this site offers none of them. `unnamed`: its name was left out, because it held
 * a link, an address or markup, and would be refused on a form.
 */
type ParsedRow = ImportRow & { unspoken: boolean; unnamed: boolean }

/** Context of parsing: the site's languages and the current time (epoch ms). */
type RowContext = { locales: readonly string[]; now: number }

const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i

const isBlank = (value: unknown) => value === undefined || value === null || value === ''
const textList = z.array(z.string().trim()).max(MAX_LISTED)
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })])

/** Parses a row; returns the first reason to refuse it, or its data. Unknown keys are ignored. */
export function readRow(
  row: Readonly<Record<string, unknown>>,
  { locales, now }: RowContext,
): Result<ParsedRow, RowRefusalReason> {
  if (isBlank(row.email)) return err('no-address')
  const email = typeof row.email === 'string' ? normaliseAddress(row.email) : null
  if (email === null || !email.ok) return err(addressReason(row.email, email?.error))
  const name = isBlank(row.name) ? '' : typeof row.name === 'string' ? plainName(row.name) : null
  if (name === null || name.length > MAX_NAME_CHARS) return err('bad-name')
  const unnamed = holdsLink(name)
  const spoken = spokenAmong(row.locales, locales)
  if (spoken === null) return err('bad-locales')
  const topics = topicsIn(row.topics)
  if (topics === null) return err('bad-topics')
  const typed = isBlank(row.country) ? '' : String(row.country).trim()
  const country = typed === '' ? '' : countryOf(typed)
  if (country === undefined) return err('bad-country')
  const consent = readConsent(row.consent, now)
  if (!consent.ok) return consent
  return ok({
    email: email.value,
    ...(name !== '' && !unnamed && { name }),
    locales: spoken.locales,
    topics,
    ...(country !== '' && { country }),
    ...(consent.value !== null && { consent: consent.value }),
    unspoken: spoken.unspoken,
    unnamed,
  })
}

function addressReason(value: unknown, fault: AddressFault | undefined): RowRefusalReason {
  const hidden = fault === 'invisible' && typeof value === 'string' ? findInvisible(trimUnseen(value)) : null
  if (hidden !== null) return `invisible:${hidden.code}:${hidden.place}`
  return fault === 'empty' ? 'no-address' : 'bad-address'
}

/**
 * Languages of a row that this site offers; null if the value is not a list of language tags. `kk-KZ` counts as `kk` if the
 * site offers only `kk`.
 */
function spokenAmong(value: unknown, available: readonly string[]): { locales: string[]; unspoken: boolean } | null {
  const named = textList.safeParse(value ?? [])
  if (!named.success) return null
  const tags = named.data.filter((tag) => tag !== '').map((tag) => tag.replaceAll('_', '-'))
  if (!tags.every((tag) => LANGUAGE.test(tag))) return null
  const lower = new Map(available.map((tag) => [tag.toLowerCase(), tag]))
  const found = tags.flatMap((tag) => {
    const known = lower.get(tag.toLowerCase()) ?? lower.get(tag.toLowerCase().split('-')[0] ?? '')
    return known === undefined ? [] : [known]
  })
  return { locales: [...new Set(found)], unspoken: tags.length > 0 && found.length === 0 }
}

function topicsIn(value: unknown): Topic[] | null {
  const named = textList.safeParse(value ?? [])
  if (!named.success) return null
  const words = named.data.filter((word) => word !== '').map((word) => word.toLowerCase())
  if (!words.every((word) => topic.safeParse(word).success)) return null
  return topic.options.filter((one) => words.includes(one))
}

/** Parses proof of consent. Without source or time there is no proof, and the result is null. */
function readConsent(value: unknown, now: number): Result<ImportedConsent | null, RowRefusalReason> {
  if (isBlank(value)) return ok(null)
  if (typeof value !== 'object' || value === null) return err('bad-consent')
  const { source, at, wording } = value as Record<string, unknown>
  if (isBlank(source) || isBlank(at)) return ok(null)
  const [from, text] = [lineOf(source, MAX_SOURCE_CHARS), isBlank(wording) ? '' : lineOf(wording, MAX_WORDING_CHARS)]
  if (from === null || text === null) return err('bad-consent')
  if (from === '') return ok(null)
  const read = moment.safeParse(typeof at === 'string' ? at.trim().replace(/^(\S+) (\d\d:\d\d)/, '$1T$2') : at)
  const consentAt = read.success ? Date.parse(/T/.test(read.data) ? withZone(read.data) : read.data) : Number.NaN
  if (Number.isNaN(consentAt)) return err('consent-unreadable')
  if (consentAt > now + AHEAD_MS) return err('consent-future')
  if (consentAt < now - MAX_CONSENT_YEARS * YEAR_MS) return err('consent-old')
  return ok({ source: from, at: Math.min(consentAt, now), wording: text })
}

/** One line of text, or null if the value is not text or is too long. */
function lineOf(value: unknown, maxChars: number): string | null {
  const line = typeof value === 'string' ? plainName(value) : null
  return line === null || line.length > maxChars ? null : line
}

/** Adds `Z` to a time without a zone, so that it means UTC and not the machine's local time. */
const withZone = (time: string): string => (/(Z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`)
