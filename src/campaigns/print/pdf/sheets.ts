import type { Struct } from 'pdfkit'
import { translator } from '../../../kit/page-texts.ts'
import type { LetterSheet } from '../letter-sheet.ts'
import { canAllBeWritten } from './characters.ts'
import { closePdf, openPdf, type Paper } from './document.ts'
import { drawHeaders } from './headers.ts'
import { MM, Pages } from './pages.ts'
import { drawList, drawProse } from './prose.ts'

/** Height in points of a blank line. */
const BLANK = 8 * MM
const BETWEEN = 8 * MM
const SMALL = 8.5

/** Whether a PDF of the sheet can be made: the embedded font has all its characters. */
export const sheetCanBePdf = (sheet: LetterSheet): boolean => canAllBeWritten(sheet)

/**
 * A PDF of the sheets, as on the print page (`sheet.tsx`), each on a new page. The same sheets always give the same
 * bytes. Null without sheets, or when one cannot be a PDF.
 */
export async function sheetsPdf(sheets: readonly LetterSheet[], paper: Paper): Promise<Uint8Array<ArrayBuffer> | null> {
  const [first] = sheets
  if (first === undefined || !sheets.every(sheetCanBePdf)) return null
  const pdf = await openPdf(first.title, first.locale, paper)
  const pages = new Pages(pdf, paper)
  for (const sheet of sheets) {
    pages.begin()
    const part = pdf.struct('Sect', { lang: sheet.locale })
    pdf.addStructure(part)
    drawSheet(pages, part, sheet)
    part.end()
  }
  return closePdf(pdf)
}

function drawSheet(pages: Pages, part: Struct, sheet: LetterSheet): void {
  for (const { locale, text } of sheet.warnings) {
    pages.within(part, 'Div', (warning) => pages.paragraph(warning, [{ text, bold: true }]), { lang: locale })
    pages.gap()
  }
  drawHeaders(pages, part, sheet)
  pages.gap()
  pages.gap()
  pages.paragraph(part, [{ text: sheet.title, bold: true }], pages.whole, {}, 'H1')
  pages.gap()
  pages.paragraph(part, [{ text: sheet.salutation }])
  pages.gap()
  if (sheet.letter) {
    drawProse(pages, part, sheet.letter)
    pages.gap()
  }
  if (sheet.demands) {
    pages.paragraph(part, [{ text: sheet.demands.lead }])
    pages.gap()
    const items = sheet.demands.items.map((text, at) => ({
      mark: `${at + 1}.`,
      draw: (body: Struct, inner: typeof pages.whole) => pages.paragraph(body, [{ text }], inner),
    }))
    drawList(pages, part, items)
    pages.gap()
  }
  if (sheet.live) {
    drawToFillIn(pages, part, sheet.locale)
    pages.gap()
  }
  drawOrigin(pages, part, sheet)
}

function drawOrigin(pages: Pages, part: Struct, { origin }: Pick<LetterSheet, 'origin'>): void {
  const text = `${origin.lead} ${origin.url}`
  pages.paragraph(part, [{ text }], pages.whole, { size: SMALL, soft: true })
}

/** Draws blank lines for the writer's own sentence, name and signature, all on one page. */
function drawToFillIn(pages: Pages, part: Struct, locale: string): void {
  const t = translator(locale)
  pages.ensureSpace(3 * (pages.height(1) + BLANK) + 3 * MM + pages.height(1))
  pages.block(part, pages.lines([{ text: t('sheet.own-words') }], pages.whole), pages.whole)
  pages.y += BLANK
  pages.artifact(() => pages.rule(pages.whole, pages.y))
  pages.gap()
  const width = (pages.whole.width - BETWEEN) / 2
  for (const row of [
    ['name', 'place'],
    ['date', 'signature'],
  ]) {
    const top = pages.y
    for (const [at, field] of row.entries()) {
      const place = { left: pages.whole.left + at * (width + BETWEEN), width }
      pages.y = top
      pages.block(part, pages.lines([{ text: t(`sheet.${field}`) }], place), place, { soft: true })
      pages.artifact(() => pages.rule(place, pages.y + BLANK))
    }
    pages.y += BLANK + 3 * MM
  }
}
