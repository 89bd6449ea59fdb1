import type { Struct } from 'pdfkit'
import { translator } from '../../../kit/page-texts.ts'
import { type SignatureList, type SignatureTable, signatureTable } from '../signatures.ts'
import { canAllBeWritten, canBeWritten } from './characters.ts'
import { closePdf, openPdf, type Paper } from './document.ts'
import type { TextLine } from './lines.ts'
import { MM, Pages, type TextColumn } from './pages.ts'
import { drawProse } from './prose.ts'

const TITLE = 14
/** Points between columns, and above and below the text of a row. */
const COLUMN_GAP = 4 * MM
const PADDING = MM
/** Share of the width for names, after the column of numbers. */
const NAMES = 0.55

/**
 * A PDF of the signatures, as `SignatureSheet` shows them: title, purpose, letter, numbered table, total, date and page
 * numbers. The same list always gives the same bytes. A name or place that the embedded font cannot write is a dash, and a
 * line after the table says how many. Null when the font cannot write the language of the list.
 */
export async function signaturesPdf(
  list: SignatureList,
  paper: Paper,
  locale: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const whole = signatureTable(list, locale)
  const unwritable = whole.rows.filter((row) => !canAllBeWritten(row)).length
  const notes = [
    whole.missing,
    unwritable === 0 ? '' : translator(locale)('signatures.unwritable', { count: unwritable }),
  ]
  if (!canAllBeWritten([list.title, list.lead, list.letter?.prose, whole.signed, whole.headers, whole.total, notes]))
    return null
  const table = { ...whole, rows: whole.rows.map(withDashes) }
  const pdf = await openPdf(list.title, locale, paper)
  const pages = new Pages(pdf, paper)
  pages.begin()
  const part = pdf.struct('Sect', { lang: locale })
  pdf.addStructure(part)
  pages.paragraph(part, [{ text: list.title, bold: true }], pages.whole, { size: TITLE }, 'H1')
  pages.gap()
  pages.paragraph(part, [{ text: list.lead }])
  pages.gap()
  const { letter } = list
  if (letter !== undefined) {
    pages.paragraph(part, [{ text: whole.signed, bold: true }], pages.whole, {}, 'H2')
    pages.gap()
    pages.within(part, 'Div', (div) => drawProse(pages, div, letter.prose), { lang: letter.locale })
    pages.gap()
  }
  drawTable(pages, part, table)
  pages.gap()
  pages.paragraph(part, [{ text: table.total, bold: true }])
  for (const text of notes) if (text !== '') pages.paragraph(part, [{ text }])
  part.end()
  pages.numberPages((page, of) => `${page}/${of}`)
  return closePdf(pdf)
}

type SignatureRow = SignatureTable['headers']
type Columns = Record<keyof SignatureRow, TextColumn>

const withDashes = ({ number, name, place }: SignatureRow): SignatureRow => {
  const written = (text: string) => (canBeWritten(text) ? text : '—')
  return { number, name: written(name), place: written(place) }
}

function drawTable(pages: Pages, part: Struct, { headers, rows }: SignatureTable): void {
  const columns = columnsOf(pages, [headers, ...rows.slice(-1)])
  const head = layOutRow(pages, headers, columns, true)
  pages.within(part, 'Table', (table) => {
    pages.ensureSpace(head.height + pages.height(1))
    drawRow(pages, head, table)
    for (const row of rows) {
      const cells = layOutRow(pages, row, columns, false)
      // On later pages the head is only visual, because a screen reader has already read it.
      if (pages.ensureSpace(cells.height)) pages.artifact(() => drawRow(pages, head))
      drawRow(pages, cells, table)
    }
  })
}

type RowLayout = { cells: Array<{ place: TextColumn; lines: TextLine[] }>; height: number; isHead: boolean }

function layOutRow(pages: Pages, row: SignatureRow, columns: Columns, isHead: boolean): RowLayout {
  const cells = (['number', 'name', 'place'] as const).map((column) => {
    const place = columns[column]
    return { place, lines: pages.lines([{ text: row[column], bold: isHead }], place) }
  })
  const height = pages.height(Math.max(...cells.map(({ lines }) => lines.length))) + 2 * PADDING
  return { cells, height, isHead }
}

/** Draws a row into a table, or only onto the page when `table` is undefined. */
function drawRow(pages: Pages, { cells, height, isHead }: RowLayout, table?: Struct): void {
  const top = pages.y
  const each = (put: (cell: RowLayout['cells'][number]) => void) => {
    for (const cell of cells) {
      pages.y = top + PADDING
      put(cell)
    }
    pages.y = top + height
  }
  if (table === undefined) each(({ place, lines }) => pages.put(lines, place))
  else
    pages.within(table, 'TR', (row) =>
      each(({ place, lines }) =>
        isHead
          ? pages.block(row, lines, place, {}, 'TH', { scope: 'Column' })
          : pages.block(row, lines, place, {}, 'TD'),
      ),
    )
  const line = () => pages.rule(pages.whole, top + height, isHead ? 1 : 0.25)
  if (table === undefined) line()
  else pages.artifact(line)
}

/** Column widths. The last number is the widest. */
function columnsOf(pages: Pages, rows: readonly SignatureRow[]): Columns {
  const { left, width } = pages.whole
  const number = Math.max(...rows.map((row) => pages.measure()({ text: row.number, bold: true })))
  const rest = width - number - 2 * COLUMN_GAP
  const name = { left: left + number + COLUMN_GAP, width: rest * NAMES }
  return {
    number: { left, width: number + 1 },
    name,
    place: { left: name.left + name.width + COLUMN_GAP, width: rest - name.width },
  }
}
