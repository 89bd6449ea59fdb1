import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { CsvRows, detectDelimiter } from '../../kit/csv-rows.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { COLUMNS, type ListFormat } from '../../supporters/export/format.ts'
import { isSeparatorLine } from '../../supporters/import/csv-columns.ts'
import { csvReader } from '../../supporters/import/csv-reader.ts'
import { ndjsonReader } from '../../supporters/import/ndjson-reader.ts'
import type { OtherCells } from '../../supporters/import/permissions/permission-reader.ts'
import type { RowRefusalReason } from '../../supporters/import/refusals.ts'
import { type FileColumn, type ReadAs, readColumns } from './header.ts'

/** A row of a file before its values are read: the fields of a list, and the cells of other columns. */
export type RawRow = { row: number; fields: Readonly<Record<string, unknown>>; others: OtherCells }
/** All rows of a file. `columns` is empty for NDJSON, whose keys are the names of a list already. */
export type RawList = {
  columns: FileColumn[]
  rows: RawRow[]
  refused: Array<{ row: number; reason: RowRefusalReason }>
}

/**
 * Reads a whole list, of which the names of columns are recognised or told (`map`). Err: a sentence about columns.
 * @throws UnreadableFile when the file as a whole cannot be read
 */
export async function readList(
  text: string,
  format: ListFormat,
  map: ReadonlyMap<string, ReadAs>,
): Promise<Result<RawList, string>> {
  const rows: RawRow[] = []
  const refused: RawList['refused'] = []
  const sink = {
    row: (row: number, fields: RawRow['fields'], others: OtherCells) => void rows.push({ row, fields, others }),
    refuse: (row: number, reason: RowRefusalReason) => void refused.push({ row, reason }),
    ignore: () => {},
  }
  const bytes = new TextEncoder().encode(text)
  if (format === 'ndjson') {
    const reader = ndjsonReader(sink)
    await reader.write(bytes)
    await reader.end()
    return ok({ columns: [], rows, refused })
  }
  const header = headerOf(bytes)
  const columns = readColumns(header.cells, map)
  if (!columns.ok) return columns
  if (!columns.value.some(({ as }) => as === 'email')) return err(noAddress(columns.value))
  const reader = csvReader(sink)
  await reader.write(bytes.subarray(0, header.start))
  await reader.write(new TextEncoder().encode(stringify([columns.value.map(nameFor)], { delimiter: header.delimiter })))
  await reader.write(bytes.subarray(header.end))
  await reader.end()
  return ok({ columns: columns.value, rows: rows.map((row) => withWholeName(row, columns.value)), refused })
}

/** The header line: its cells, and its bytes [start, end). A line such as `sep=;` stands before it. */
function headerOf(bytes: Uint8Array): { cells: string[]; delimiter: string; start: number; end: number } {
  const delimiter = detectDelimiter(bytes)
  const cellsIn = (start: number, end: number) =>
    parse(Buffer.from(bytes.subarray(start, end)), {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
    })[0] ?? []
  const first = rowEnd(bytes, 0, delimiter)
  const cells = cellsIn(0, first)
  if (!isSeparatorLine(cells)) return { cells, delimiter, start: 0, end: first }
  const second = rowEnd(bytes, first, delimiter)
  return { cells: cellsIn(first, second), delimiter, start: first, end: second }
}

function rowEnd(bytes: Uint8Array, start: number, delimiter: string): number {
  const rows = new CsvRows(delimiter)
  for (let at = start; at < bytes.length; at++) {
    const ended = rows.step(bytes[at] ?? 0)
    if (ended !== 'no') return ended === 'behind' ? at + 1 : at
  }
  return bytes.length
}

/** The name under which a column is read on. One that is told to be something else must not be recognised by its own name. */
const nameFor = ({ name, as, speaks }: FileColumn, at: number): string => {
  const column = COLUMNS.find((one) => one === as)
  return column ?? (speaks ? name : `column ${at + 1}`)
}

/** Joins first and last name, where the file has them in two columns. */
function withWholeName({ others, ...row }: RawRow, columns: readonly FileColumn[]): RawRow {
  const cellOf = (as: ReadAs) => {
    const at = columns.findIndex((column) => column.as === as)
    return at < 0 ? '' : String(new Map(others).get(`column ${at + 1}`) ?? '').trim()
  }
  const name = [cellOf('first_name'), cellOf('last_name')].filter((part) => part !== '').join(' ')
  return { ...row, others, fields: name === '' ? row.fields : { ...row.fields, name } }
}

function noAddress(columns: readonly FileColumn[]): string {
  const names = columns.map(({ name }) => `“${name}”`).join(', ')
  const near = columns.find((column) => column.near === 'email')
  const map = near === undefined ? 'say which one it is, such as' : 'did you mean'
  return `no column holds the address: found ${names}; ${map} --map "${near?.name ?? columns[0]?.name ?? ''}=email"`
}
