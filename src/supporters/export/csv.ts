import { stringify } from 'csv-stringify/sync'
import type { Supporter } from '../../supporter-list/supporter.ts'
import { COLUMNS, escapeFormula, type ListColumn, type ListFormat } from './format.ts'

/** Byte order mark: marks the file as UTF-8 for spreadsheets. CSV readers, Tocsin's included, ignore it. */
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
    // CRLF as in RFC 4180 §2. Quoted, so that no other separator splits a cell.
    { record_delimiter: 'windows', quoted: true, quoted_empty: true },
  )

function toNdjson(supporters: readonly Supporter[]): string {
  const lines = supporters.map(({ email, name, locales, topics, country, consent: { via, at, wording } }) => {
    const consent = { source: via, at: new Date(at).toISOString(), ...(wording !== '' && { wording }) }
    return `${JSON.stringify({ email, name, locales, topics, country, consent })}\n`
  })
  return lines.join('')
}

/** Header of a file: byte order mark and column names for CSV, empty for NDJSON. */
export const headerOf = (format: ListFormat): string => (format === 'csv' ? `${BOM}${COLUMNS.join(',')}\r\n` : '')

/** Rows of supporters in a format that the import reads. */
export const rowsOf = (format: ListFormat, supporters: readonly Supporter[]): string =>
  format === 'csv' ? toCsv(supporters) : toNdjson(supporters)
