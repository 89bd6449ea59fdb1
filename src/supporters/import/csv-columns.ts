import type { RowEnd } from '../../kit/csv-rows.ts'
import { COLUMNS, type ListColumn, unescapeFormula } from '../export/format.ts'
import { type RowRefusalReason, UnreadableFile } from './refusals.ts'
import type { RowSink } from './row-reader.ts'

type Cells = Partial<Record<ListColumn, string>>

/** The cells of known columns, trimmed and without a spreadsheet's escape of formulas. */
export function cellsByColumn(cells: readonly string[], columns: ReadonlyArray<ListColumn | null>): Cells {
  const byColumn: Cells = {}
  for (const [at, column] of columns.entries()) {
    if (column !== null) byColumn[column] = unescapeFormula((cells[at] ?? '').trim())
  }
  return byColumn
}

/** Why a row is refused as it stands, or null. `isTorn`: the file ends within it. */
export function whyRefused(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  lines: RowEnd,
  isTorn: boolean,
): RowRefusalReason | null {
  const { length } = columns
  if (isTorn && cells.length < length) return 'torn'
  if (cells.slice(length).some((cell) => cell !== '')) return 'too-many-cells'
  return findBrokenCell(cells, columns, lines)
}

/**
 * Why a readable row is refused, or null. Two stray quotation marks can join several people into one well-formed row. One
 * person's address would then be stored in another's record.
 */
function findBrokenCell(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  { first, last }: RowEnd,
): RowRefusalReason | null {
  const isBroken = (cell: string, at: number) => {
    if (!/[\r\n]/.test(cell.trim())) return false
    const isLong = columns[at] === null || columns[at] === 'consent_wording'
    return !isLong || cell.includes('@') // postal addresses and notes have line breaks too
  }
  return last > first && cells.some(isBroken) ? `line-break:${first}-${last}` : null
}

/**
 * The known column at each place of the header line; null for an unknown one, which is ignored.
 * @throws UnreadableFile without a column `email`, or when a column occurs twice.
 */
export function readHeader(cells: string[], sink: RowSink): Array<ListColumn | null> {
  const known = new Map<string, ListColumn>(COLUMNS.map((column) => [plain(column), column]))
  const columns = cells.map((cell) => known.get(plain(cell)) ?? null)
  if (!columns.includes('email')) {
    const expected = `expected some of ${COLUMNS.join(', ')}`
    throw new UnreadableFile(
      `The first line names no column “email”: ${expected}, separated by commas. Nothing was imported.`,
    )
  }
  const twice = COLUMNS.find((column) => columns.filter((one) => one === column).length > 1)
  if (twice !== undefined)
    throw new UnreadableFile(
      `The first line names the column ${twice} twice: which of them counts? Nothing was imported.`,
    )
  for (const [at, column] of columns.entries()) if (column === null) sink.ignore(cells[at] ?? '')
  return columns
}

/** A column name without case and separators, so that `E-Mail` and `Consent source` are known. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** The fields of a row, as an NDJSON file would have them. */
export function fieldsOf(cells: Cells): Record<string, unknown> {
  const list = (text = '') => text.split(/[\s;,]+/).filter((part) => part !== '')
  const { consent_source: source, consent_at: at, consent_wording: wording } = cells
  return {
    email: cells.email,
    name: cells.name,
    locales: list(cells.locales),
    topics: list(cells.topics),
    country: cells.country,
    consent: { source, at, wording },
  }
}
