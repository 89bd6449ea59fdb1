import type { Struct } from 'pdfkit'
import { type SignatureList, type SignatureTable, signatureTable } from '../signatures.ts'
import { canAllBeWritten } from './characters.ts'
import { closePdf, openPdf, type Paper } from './document.ts'
import type { TextLine } from './lines.ts'
import { MM, Pages, type TextColumn } from './pages.ts'

const TITLE = 14
/** Points between columns, and above and below what stands in a row. */
const COLUMN_GAP = 4 * MM
const PADDING = MM
/** Of the width that numbers leave. */
const NAMES = 0.55

/**
 * The list as `SignatureSheet` shows it: title, to whom, a numbered table, how many and when, and the number of each page. The same bytes for
 * the same list. Null where a name or anything else holds characters that the embedded font cannot write.
 */
export async function signaturesPdf(
  list: SignatureList,
  paper: Paper,
  locale: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const table = signatureTable(list, locale)
  if (!canAllBeWritten([list.title, list.lead, table])) return null
  const pdf = await openPdf(list.title, locale, paper)
  const pages = new Pages(pdf, paper)
  pages.begin()
  const part = pdf.struct('Sect', { lang: locale })
  pdf.addStructure(part)
  pages.paragraph(part, [{ text: list.title, bold: true }], pages.whole, { size: TITLE }, 'H1')
  pages.gap()
  pages.paragraph(part, [{ text: list.lead }])
  pages.gap()
  drawTable(pages, part, table)
  pages.gap()
  pages.paragraph(part, [{ text: table.total, bold: true }])
  part.end()
  pages.numberPages((page, of) => `${page}/${of}`)
  return closePdf(pdf)
}

type SignatureRow = SignatureTable['headers']
type Columns = Record<keyof SignatureRow, TextColumn>

function drawTable(pages: Pages, part: Struct, { headers, rows }: SignatureTable): void {
  const columns = columnsOf(pages, [headers, ...rows.slice(-1)])
  const head = layOutRow(pages, headers, columns, true)
  pages.within(part, 'Table', (table) => {
    pages.ensureSpace(head.height + pages.height(1))
    drawRow(pages, head, table)
    for (const row of rows) {
      const cells = layOutRow(pages, row, columns, false)
      // On later pages the head is there for the eye: a screen reader has told it.
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

/** Into a table, or only onto the page. */
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

/** The last number is the widest. */
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
