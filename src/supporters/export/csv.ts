import { stringify } from 'csv-stringify/sync'
import type { Supporter } from '../../supporter-list/supporter.ts'
import { COLUMNS, escapeFormula, type ListColumn, type ListFormat } from './format.ts'

/** Says to spreadsheets that this is UTF-8; readers of CSV, ours too, pass it over. */
const BOM = '\uFEFF'

const cellsOf = ({
  email,
  name = '',
  locales,
  topics,
  country = '',
  consent,
}: Supporter): Record<ListColumn, string> => ({
  email,
  name,
  locales: locales.join(' '),
  topics: topics.join(' '),
  country,
  consent_source: consent.via,
  consent_at: new Date(consent.at).toISOString(),
  consent_wording: consent.wording,
})

const toCsv = (supporters: readonly Supporter[]): string =>
  stringify(
    supporters.map((supporter) => {
      const cells = cellsOf(supporter)
      return COLUMNS.map((column) => escapeFormula(cells[column]))
    }),
    { record_delimiter: 'windows', quoted: true, quoted_empty: true }, // CRLF, RFC 4180 §2; in quotation marks no other separator splits
  )

function toNdjson(supporters: readonly Supporter[]): string {
  const lines = supporters.map(({ email, name, locales, topics, country, consent: { via, at, wording } }) => {
    const consent = { source: via, at: new Date(at).toISOString(), ...(wording !== '' && { wording }) }
    return `${JSON.stringify({ email, name, locales, topics, country, consent })}\n`
  })
  return lines.join('')
}

/** What stands before the first person. */
export const headerOf = (format: ListFormat): string => (format === 'csv' ? `${BOM}${COLUMNS.join(',')}\r\n` : '')

/** People as an import reads them. */
export const rowsOf = (format: ListFormat, supporters: readonly Supporter[]): string =>
  format === 'csv' ? toCsv(supporters) : toNdjson(supporters)
