import { formatDay } from '../../kit/dates.ts'
import { countryName } from '../../kit/localised-names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import type { Prose } from '../text/prose.ts'

/** A person who signed and agreed to be named to the recipients of the list. */
type PrintedSignature = {
  name: string
  place?: string | undefined
  /** ISO 3166-1, two letters. */
  country?: string | undefined
}

/** The text above the signatures, in its own language. */
type SignedLetter = { locale: string; prose: Prose }

/** All signatures of a campaign, for handing over. */
export type SignatureList = {
  /** Title of the campaign. */
  title: string
  /** Recipient and purpose of the list. */
  lead: string
  /** The letter that was signed; absent when the campaign has none. */
  letter?: SignedLetter
  /** Signatures in the order of their numbers. */
  rows: readonly PrintedSignature[]
  /** How many signatures could not be read, and so are missing. */
  unreadable: number
  /** Date of the list (ISO 8601). */
  day: string
}

/** Texts of the table in a language of the site. */
export type SignatureTable = {
  /** Heading of the letter that was signed. */
  signed: string
  headers: { number: string; name: string; place: string }
  rows: Array<{ number: string; name: string; place: string }>
  total: string
  /** Says how many signatures are missing; '' when none. */
  missing: string
}

export function signatureTable({ rows, unreadable, day }: SignatureList, locale: string): SignatureTable {
  const t = translator(locale)
  return {
    signed: t('signatures.letter'),
    headers: { number: t('signatures.number'), name: t('sheet.name'), place: t('sheet.place') },
    rows: rows.map(({ name, place, country }, at) => ({
      number: String(at + 1),
      name,
      place: joinList(locale, [place, country && countryName(locale, country)]),
    })),
    total: t('signatures.total', { count: rows.length, day: formatDay(locale, day) }),
    missing: unreadable === 0 ? '' : t('signatures.unreadable', { count: unreadable }),
  }
}
