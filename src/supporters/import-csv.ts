import { CsvError, parse } from 'csv-parse/stream'
import { MAX_ROW_BYTES, type RowReader, type RowSink } from './import-reader.ts'
import { Unreadable } from './import-reasons.ts'
import { bared, COLUMNS, type Column } from './list-format.ts'

const NEWLINE = 0x0a
/** Comma, semicolon (spreadsheets of most of Europe) and tab; the header line tells which. */
const DELIMITERS = [',', ';', '\t']

/** CSV as spreadsheets write it (RFC 4180 and what is common besides): a header line, then a row per person. */
export function csvReader(sink: RowSink): RowReader {
  let head = new Uint8Array()
  let parser: WritableStreamDefaultWriter<Uint8Array> | null = null
  let columns: Array<Column | null> | null = null
  let rows = 0
  let fault: Unreadable | null = null
  let held: string[] | null = null // the last row is judged when it is known to be the last
  let lastByte = NEWLINE

  function take(cells: string[]): null {
    rows++
    if (fault !== null) return null
    if (columns === null) {
      try {
        columns = readHeader(cells, sink)
      } catch (error) {
        fault = error instanceof Unreadable ? error : new Unreadable(String(error))
      }
      return null
    }
    if (held !== null) give(rows - 1, held)
    held = cells
    return null
  }

  function give(row: number, cells: string[]): void {
    if (columns === null || cells.every((cell) => cell.trim() === '')) return
    if (cells.slice(columns.length).some((cell) => cell !== '')) {
      sink.refuse(row, 'too-many-cells')
      return
    }
    const byColumn: Partial<Record<Column, string>> = {}
    for (const [at, column] of columns.entries()) {
      if (column !== null) byColumn[column] = bared((cells[at] ?? '').trim())
    }
    sink.row(row, fieldsOf(byColumn))
  }

  async function start(): Promise<void> {
    const opened = parse({
      bom: true,
      delimiter: delimiterOf(head),
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: MAX_ROW_BYTES,
      on_record: (record: string[]) => take(record),
    })
    parser = opened.writable.getWriter()
    parser.closed.catch(() => {}) // told by the next write
    await parser.write(head)
  }

  async function guarded(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      throw fault ?? inWords(error, rows)
    }
    if (fault !== null) throw fault
  }

  return {
    write: (chunk) =>
      guarded(async () => {
        lastByte = chunk.at(-1) ?? lastByte
        if (parser !== null) return parser.write(chunk)
        head = joined(head, chunk)
        if (head.includes(NEWLINE) || head.includes(0x0d) || head.length > MAX_ROW_BYTES) await start()
      }),
    async end() {
      let torn = false
      await guarded(async () => {
        if (parser === null) await start()
        try {
          await parser?.close()
        } catch (error) {
          if (!isUnclosedQuote(error) || columns === null) throw error
          torn = true
        }
      })
      if (columns === null) throw new Unreadable('The file is empty: expected a header line, then a row per person.')
      const isShort = held !== null && held.length < columns.length && lastByte !== NEWLINE
      if (held !== null && isShort && !torn) sink.refuse(rows, 'torn')
      else if (held !== null) give(rows, held)
      if (torn) sink.refuse(++rows, 'torn')
      return rows
    },
  }
}

/** What the columns of a header line mean; null for those that mean nothing here. */
function readHeader(cells: string[], sink: RowSink): Array<Column | null> {
  const known = new Map<string, Column>(COLUMNS.map((column) => [plain(column), column]))
  const columns = cells.map((cell) => known.get(plain(cell)) ?? null)
  if (!columns.includes('email')) {
    const expected = `expected some of ${COLUMNS.join(', ')}`
    throw new Unreadable(
      `The first line names no column “email”: ${expected}, separated by commas. Nothing was imported.`,
    )
  }
  const twice = COLUMNS.find((column) => columns.filter((one) => one === column).length > 1)
  if (twice !== undefined)
    throw new Unreadable(`The first line names the column ${twice} twice: which of them counts? Nothing was imported.`)
  for (const [at, column] of columns.entries()) if (column === null) sink.ignore(cells[at] ?? '')
  return columns
}

/** `E-Mail` and `Consent source` are what they look like. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

function fieldsOf(cells: Partial<Record<Column, string>>): Record<string, unknown> {
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

function delimiterOf(head: Uint8Array): string {
  const [line = ''] = new TextDecoder().decode(head).split(/[\r\n]/)
  const times = (delimiter: string) => line.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (times(delimiter) > times(best) ? delimiter : best))
}

const isUnclosedQuote = (error: unknown): boolean => error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED'

function inWords(error: unknown, rows: number): unknown {
  if (error instanceof CsvError && error.code === 'CSV_MAX_RECORD_SIZE') {
    return new Unreadable(
      `Row ${rows + 1} is longer than ${MAX_ROW_BYTES} bytes: is there a quotation mark that is not closed? Nothing was imported.`,
    )
  }
  return error
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
