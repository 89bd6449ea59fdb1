import { parse } from 'csv-parse/sync'
import { concatenate } from '../../kit/bytes.ts'
import { CsvRows, detectDelimiter, isLineEnd, type RowEnd } from '../../kit/csv-rows.ts'
import { type ListColumn, unescapeFormula } from '../export/format.ts'
import { cellsByColumn, fieldsOf, isSeparatorLine, readHeader, whyRefused } from './csv-columns.ts'
import { type QuoteReason, UnreadableFile } from './refusals.ts'
import { MAX_ROW_BYTES, type RowReader, type RowSink } from './row-reader.ts'

/** Reads CSV as spreadsheets write it (RFC 4180 and common variants): a header line, then a row per person. */
export const csvReader = (sink: RowSink): RowReader => new CsvReader(sink)

/** State of reading: the scan for row ends, the bytes of an unfinished row, the columns after the header line, and the row count. */
class CsvReader implements RowReader {
  readonly #sink: RowSink
  #scan: { rows: CsvRows; delimiter: string } | null = null // once the delimiter is known
  #pending = new Uint8Array()
  #columns: Array<ListColumn | null> | null = null
  #others: Array<{ at: number; name: string }> = [] // columns that are not of a list
  #count = 0

  constructor(sink: RowSink) {
    this.#sink = sink
  }

  async write(chunk: Uint8Array): Promise<void> {
    const bytes = concatenate([this.#pending, chunk])
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

  /** Adds the rows that end in these bytes; bytes before `from` were scanned earlier. Returns where the unfinished row begins. */
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
      if (this.#count === 1 && isSeparatorLine(cells)) return
      this.#columns = readHeader(cells, this.#sink)
      this.#others = this.#columns.flatMap((column, at) => (column === null ? [{ at, name: cells[at] ?? '' }] : []))
      return
    }
    if (cells.every((cell) => cell.trim() === '')) return
    const reason = whyRefused(cells, this.#columns, lines, isTorn)
    if (reason === null) {
      const others = this.#others.map(({ at, name }) => [name, unescapeFormula((cells[at] ?? '').trim())] as const)
      this.#sink.row(this.#count, fieldsOf(cellsByColumn(cells, this.#columns)), others)
    } else this.#sink.refuse(this.#count, reason)
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

const tooLong = (row: number): UnreadableFile =>
  new UnreadableFile(
    `Row ${row} is longer than ${MAX_ROW_BYTES} bytes: is there a quotation mark that is not closed? Nothing was imported.`,
  )
