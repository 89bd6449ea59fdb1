import * as z from 'zod'
import { type Topic, topic } from '../../campaigns/definition.ts'
import { COUNTRIES } from '../../kit/countries.ts'
import { MAX_NAME_CHARS, plainName } from '../../kit/person-name.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'
import type { RowRefusalReason } from './refusals.ts'

/** UTF-16 units of where consent comes from: a few words, such as “paper petition 2024”, or a site's origin. */
export const MAX_SOURCE_CHARS = 300
/** UTF-16 units of the sentence people agreed to. */
export const MAX_WORDING_CHARS = 1_000
/** Years after which a consent proves little: who was asked so long ago does not expect our mail. */
export const MAX_CONSENT_YEARS = 10
const YEAR_MS = 365.25 * 24 * 60 * 60 * 1_000
/** Milliseconds by which a day may be ahead of UTC: a date alone says no zone, and the first clock is 14 hours ahead. */
const AHEAD_MS = 14 * 60 * 60 * 1_000
/** Languages or topics that are read of one row. */
const MAX_LISTED = 50

/** That somebody had agreed before, as the list says; `at` in epoch ms. */
export type ImportedConsent = { source: string; at: number; wording: string }

/** What a row says of one person. No locales: none was given, or none that this site has. */
export type ImportRow = {
  email: Address
  name?: string
  locales: string[]
  topics: Topic[]
  country?: string
  consent?: ImportedConsent // none: the person is asked
}

/** `unspoken`: languages were named, and this site has none of them. */
export type ParsedRow = ImportRow & { unspoken: boolean }

/** What a row is read against: the site's languages, and the time (epoch ms). */
export type RowContext = { locales: readonly string[]; now: number }

const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i

const isBlank = (value: unknown) => value === undefined || value === null || value === ''
const textList = z.array(z.string().trim()).max(MAX_LISTED)
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })])

/** The fields of a row, or the first reason not to take it. Keys beside them are not looked at. */
export function readRow(
  row: Readonly<Record<string, unknown>>,
  { locales, now }: RowContext,
): Result<ParsedRow, RowRefusalReason> {
  if (isBlank(row.email)) return err('no-address')
  const email = typeof row.email === 'string' ? normaliseAddress(row.email) : null
  if (email === null || !email.ok) return err(email?.error === 'empty' ? 'no-address' : 'bad-address')
  const name = isBlank(row.name) ? '' : typeof row.name === 'string' ? plainName(row.name) : null
  if (name === null || name.length > MAX_NAME_CHARS) return err('bad-name')
  const spoken = spokenAmong(row.locales, locales)
  if (spoken === null) return err('bad-locales')
  const topics = topicsIn(row.topics)
  if (topics === null) return err('bad-topics')
  const country = isBlank(row.country) ? '' : String(row.country).trim().toUpperCase()
  if (country !== '' && !COUNTRIES.includes(country)) return err('bad-country')
  const consent = readConsent(row.consent, now)
  if (!consent.ok) return consent
  return ok({
    email: email.value,
    ...(name !== '' && { name }),
    locales: spoken.locales,
    topics,
    ...(country !== '' && { country }),
    ...(consent.value !== null && { consent: consent.value }),
    unspoken: spoken.unspoken,
  })
}

/** `kk-KZ` counts as `kk` where the site has only that; what it has not at all is passed over. Null: not languages. */
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

/** A proof says where and when; with either missing there is none. */
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

/** Null for what is no text or too long. */
function lineOf(value: unknown, maxChars: number): string | null {
  const line = typeof value === 'string' ? plainName(value) : null
  return line === null || line.length > maxChars ? null : line
}

/** A time without a zone is taken as UTC, not as the clock of whatever machine reads it. */
const withZone = (time: string): string => (/(Z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`)
