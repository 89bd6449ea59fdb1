import { formatDay } from '../../kit/dates.ts'
import { countryName } from '../../kit/names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'

/** Somebody who signed, and agreed that those it is handed to read this. */
export type PrintedSignature = {
  name: string
  place?: string | undefined
  /** ISO 3166-1, two letters. */
  country?: string | undefined
}

/** Everybody who signed, to be handed over. */
export type SignatureList = {
  /** Of the campaign. */
  title: string
  /** To whom it is handed, and what for. */
  lead: string
  /** In the order in which they are numbered. */
  rows: readonly PrintedSignature[]
  /** ISO 8601: on which the list was made. */
  day: string
}

/** What stands in the table, in a language of the site. */
export type SignatureTable = {
  headers: { number: string; name: string; place: string }
  rows: Array<{ number: string; name: string; place: string }>
  total: string
}

export function signatureTable({ rows, day }: SignatureList, locale: string): SignatureTable {
  const t = translator(locale)
  return {
    headers: { number: t('signatures.number'), name: t('sheet.name'), place: t('sheet.place') },
    rows: rows.map(({ name, place, country }, at) => ({
      number: String(at + 1),
      name,
      place: joinList(locale, [place, country && countryName(locale, country)]),
    })),
    total: t('signatures.total', { count: rows.length, day: formatDay(locale, day) }),
  }
}
