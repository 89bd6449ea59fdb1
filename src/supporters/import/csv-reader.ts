import { parse } from 'csv-parse/sync'
import { CsvRows, detectDelimiter, isLineEnd, type RowEnd } from '../../kit/csv-rows.ts'
import { COLUMNS, type ListColumn, unescapeFormula } from '../export/format.ts'
import { type QuoteReason, type RowRefusalReason, UnreadableFile } from './refusals.ts'
import { MAX_ROW_BYTES, type RowReader, type RowSink } from './row-reader.ts'

/** What looks like an address within a name: it came from a neighbouring cell. */
const ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/

/** CSV as spreadsheets write it (RFC 4180 and what is common besides): a header line, then a row per person. */
export const csvReader = (sink: RowSink): RowReader => new CsvReader(sink)

/** The columns of a file that has had its header line, where a row ends, and what has come of a row that has not. */
class CsvReader implements RowReader {
  readonly #sink: RowSink
  #scan: { rows: CsvRows; delimiter: string } | null = null // once the delimiter is known
  #pending = new Uint8Array()
  #columns: Array<ListColumn | null> | null = null
  #count = 0

  constructor(sink: RowSink) {
    this.#sink = sink
  }

  async write(chunk: Uint8Array): Promise<void> {
    const bytes = joined(this.#pending, chunk)
    let from = this.#pending.length
    if (this.#scan === null) {
      this.#pending = bytes
      if (!bytes.some(isLineEnd) && bytes.length <= MAX_ROW_BYTES) return
      this.#scan = scanFor(bytes)
      from = 0
    }
    const start = this.#readRows(bytes, from, this.#scan)
    this.#pending = bytes.slice(start)
    if (this.#pending.length > MAX_ROW_BYTES) throw tooLong(this.#count + 1)
  }

  async end(): Promise<number> {
    const pending = this.#pending
    if (this.#scan === null && pending.length > 0) {
      this.#scan = scanFor(pending)
      for (const byte of pending) this.#scan.rows.step(byte)
    }
    if (this.#scan !== null && new TextDecoder().decode(pending) !== '') {
      const isEnded = isLineEnd(pending.at(-1) ?? 0)
      const last = this.#scan.rows.finish()
      if (last.isQuoted) this.#refuse('open-quote', last)
      else if (!last.isWhole) this.#refuse('stray-quote', last)
      else this.#addRows(pending, [last], this.#scan.delimiter, !isEnded)
    }
    if (this.#columns === null)
      throw new UnreadableFile('The file is empty: expected a header line, then a row per person.')
    return this.#count
  }

  /** Takes the rows that end in these bytes, of which those before `from` were scanned. Answers where the last row begins. */
  #readRows(bytes: Uint8Array, from: number, { rows, delimiter }: { rows: CsvRows; delimiter: string }): number {
    let [start, runStart] = [0, 0]
    let run: RowEnd[] = [] // whole rows, one after the other: they are parsed together
    for (let at = from; at < bytes.length; at++) {
      const found = rows.step(bytes[at] ?? 0)
      if (found === 'no') continue
      const end = found === 'behind' ? at + 1 : at
      if (end - start > MAX_ROW_BYTES) throw tooLong(this.#count + run.length + 1)
      const { ended } = rows
      if (ended.isWhole) run.push(ended)
      else {
        this.#addRows(bytes.subarray(runStart, start), run, delimiter)
        run = []
        runStart = end
        this.#refuse('stray-quote', ended)
      }
      start = end
    }
    this.#addRows(bytes.subarray(runStart, start), run, delimiter)
    return start
  }

  #addRows(bytes: Uint8Array, ends: readonly RowEnd[], delimiter: string, isTorn = false): void {
    if (ends.length === 0) return
    const records: string[][] = parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      bom: this.#columns === null,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
    })
    if (records.length !== ends.length) throw new Error('the rows of a CSV were not read as they were cut')
    for (const [at, lines] of ends.entries()) this.#addRow(records[at] ?? [], lines, isTorn)
  }

  #addRow(cells: string[], lines: RowEnd, isTorn: boolean): void {
    this.#count++
    if (this.#columns === null) {
      this.#columns = readHeader(cells, this.#sink)
      return
    }
    if (cells.every((cell) => cell.trim() === '')) return
    const byColumn = cellsByColumn(cells, this.#columns)
    const reason = whyRefused(cells, this.#columns, byColumn, lines, isTorn)
    if (reason === null) this.#sink.row(this.#count, fieldsOf(byColumn))
    else this.#sink.refuse(this.#count, reason)
  }

  #refuse(reason: QuoteReason, { first, last }: RowEnd): void {
    this.#count++
    if (this.#columns === null)
      throw new UnreadableFile(
        'The header line has a quotation mark that is not closed or not doubled. Nothing was imported.',
      )
    this.#sink.refuse(this.#count, `${reason}:${first}-${last}`)
  }
}

const scanFor = (bytes: Uint8Array) => {
  const delimiter = detectDelimiter(bytes)
  return { rows: new CsvRows(delimiter), delimiter }
}

type Cells = Partial<Record<ListColumn, string>>

function cellsByColumn(cells: readonly string[], columns: ReadonlyArray<ListColumn | null>): Cells {
  const byColumn: Cells = {}
  for (const [at, column] of columns.entries()) {
    if (column !== null) byColumn[column] = unescapeFormula((cells[at] ?? '').trim())
  }
  return byColumn
}

function whyRefused(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  byColumn: Cells,
  lines: RowEnd,
  isTorn: boolean,
): RowRefusalReason | null {
  const { length } = columns
  if (isTorn && cells.length < length) return 'torn'
  if (cells.slice(length).some((cell) => cell !== '')) return 'too-many-cells'
  return findAnomaly(cells, columns, byColumn, lines)
}

/**
 * Why a row that can be read is not taken as it stands: a pair of stray quotation marks makes one well-formed row of several people, and
 * one person's address would stand in another's record.
 */
function findAnomaly(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  { name = '', email }: Cells,
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

function fieldsOf(cells: Cells): Record<string, unknown> {
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
