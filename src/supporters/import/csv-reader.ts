import { parse } from 'csv-parse/sync'
import { CsvRows, detectDelimiter, isLineEnd, type RowEnd } from '../../kit/csv-rows.ts'
import { COLUMNS, type ListColumn, unescapeFormula } from '../export/format.ts'
import { type QuoteReason, type RowRefusalReason, UnreadableFile } from './refusals.ts'
import { MAX_ROW_BYTES, type RowReader, type RowSink } from './row-reader.ts'

/** What looks like an address within a name: it came from a neighbouring cell. */
const ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/

/** CSV as spreadsheets write it (RFC 4180 and what is common besides): a header line, then a row per person. */
export function csvReader(sink: RowSink): RowReader {
  let pending = new Uint8Array() // what has come of a row that has not ended
  let scan: { rows: CsvRows; delimiter: string } | null = null
  let columns: Array<ListColumn | null> | null = null
  let rows = 0

  function addRow(cells: string[], lines: RowEnd, isTorn: boolean): void {
    rows++
    if (columns === null) {
      columns = readHeader(cells, sink)
      return
    }
    const { length } = columns
    if (cells.every((cell) => cell.trim() === '')) return
    if (isTorn && cells.length < length) sink.refuse(rows, 'torn')
    else if (cells.slice(length).some((cell) => cell !== '')) sink.refuse(rows, 'too-many-cells')
    else {
      const byColumn: Partial<Record<ListColumn, string>> = {}
      for (const [at, column] of columns.entries()) {
        if (column !== null) byColumn[column] = unescapeFormula((cells[at] ?? '').trim())
      }
      const reason = findAnomaly(cells, columns, byColumn, lines)
      if (reason === null) sink.row(rows, fieldsOf(byColumn))
      else sink.refuse(rows, reason)
    }
  }

  /** Whole rows, one after the other. */
  function addRows(bytes: Uint8Array, ends: readonly RowEnd[], delimiter: string, isTorn = false): void {
    if (ends.length === 0) return
    const records: string[][] = parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      bom: columns === null,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
    })
    if (records.length !== ends.length) throw new Error('the rows of a CSV were not read as they were cut')
    for (const [at, lines] of ends.entries()) addRow(records[at] ?? [], lines, isTorn)
  }

  function refuse(reason: QuoteReason, { first, last }: RowEnd): void {
    rows++
    if (columns === null)
      throw new UnreadableFile(
        'The header line has a quotation mark that is not closed or not doubled. Nothing was imported.',
      )
    sink.refuse(rows, `${reason}:${first}-${last}`)
  }

  function read(chunk: Uint8Array): void {
    const bytes = joined(pending, chunk)
    let at = pending.length
    if (scan === null) {
      pending = bytes
      if (!bytes.some(isLineEnd) && bytes.length <= MAX_ROW_BYTES) return
      const delimiter = detectDelimiter(bytes)
      scan = { rows: new CsvRows(delimiter), delimiter }
      at = 0
    }
    let [start, runStart] = [0, 0]
    let run: RowEnd[] = []
    for (; at < bytes.length; at++) {
      const found = scan.rows.step(bytes[at] ?? 0)
      if (found === 'no') continue
      const end = found === 'behind' ? at + 1 : at
      if (end - start > MAX_ROW_BYTES) throw tooLong(rows + run.length + 1)
      const { ended } = scan.rows
      if (ended.isWhole) run.push(ended)
      else {
        addRows(bytes.subarray(runStart, start), run, scan.delimiter)
        run = []
        runStart = end
        refuse('stray-quote', ended)
      }
      start = end
    }
    addRows(bytes.subarray(runStart, start), run, scan.delimiter)
    pending = bytes.slice(start)
    if (pending.length > MAX_ROW_BYTES) throw tooLong(rows + 1)
  }

  return {
    async write(chunk) {
      read(chunk)
    },
    async end() {
      if (scan === null && pending.length > 0) {
        const delimiter = detectDelimiter(pending)
        scan = { rows: new CsvRows(delimiter), delimiter }
        for (const byte of pending) scan.rows.step(byte)
      }
      if (scan !== null && new TextDecoder().decode(pending) !== '') {
        const isEnded = isLineEnd(pending.at(-1) ?? 0)
        const last = scan.rows.finish()
        if (last.isQuoted) refuse('open-quote', last)
        else if (!last.isWhole) refuse('stray-quote', last)
        else addRows(pending, [last], scan.delimiter, !isEnded)
      }
      if (columns === null)
        throw new UnreadableFile('The file is empty: expected a header line, then a row per person.')
      return rows
    },
  }
}

/**
 * Why a row that can be read is not taken as it stands: a pair of stray quotation marks makes one well-formed row of several people, and
 * one person's address would stand in another's record.
 */
function findAnomaly(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  { name = '', email }: Partial<Record<ListColumn, string>>,
  { first, last }: RowEnd,
): RowRefusalReason | null {
  const isBroken = (cell: string, at: number) => {
    if (!/[\r\n]/.test(cell.trim())) return false
    const isLong = columns[at] === null || columns[at] === 'consent_wording'
    return !isLong || cell.includes('@') // postal addresses and notes have line breaks too
  }
  if (last > first && cells.some(isBroken)) return `line-break:${first}-${last}`
  return ADDRESS.test(name) && name !== email ? 'address-in-name' : null
}

/** What the columns of a header line mean; null for those that mean nothing here. */
function readHeader(cells: string[], sink: RowSink): Array<ListColumn | null> {
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

/** `E-Mail` and `Consent source` are what they look like. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

function fieldsOf(cells: Partial<Record<ListColumn, string>>): Record<string, unknown> {
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

const tooLong = (row: number): UnreadableFile =>
  new UnreadableFile(
    `Row ${row} is longer than ${MAX_ROW_BYTES} bytes: is there a quotation mark that is not closed? Nothing was imported.`,
  )

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
