import type PDFDocument from 'pdfkit'
import type { Struct } from 'pdfkit'
import { plain } from './characters.ts'
import { PAPERS, type Paper } from './document.ts'
import { linesOf, type Measure, type TextLine, type TextRun } from './lines.ts'

/** Points per millimetre. */
export const MM = 72 / 25.4
/** Text size in points, the same as in the printed HTML (letter-style.css). */
const BODY = 10
/** Line height and paragraph gap, as factors of the text size. */
const LEADING = 1.35
const GAP = 0.7
/** Ascent of Noto Sans in ems, from the baseline. */
const ASCENT = 1.069
const DESCENT = 0.293
const MARGIN_TOP = 15 * MM
const MARGIN_SIDE = 18 * MM
const INK = '#000000'
const SOFT = '#333333'

type Style = { size?: number; soft?: boolean }
type StructOptions = { lang?: string; scope?: string }
export type TextColumn = { left: number; width: number }

/** Fills pages from top to bottom. `y` is the position of the next element. All lengths in points. */
export class Pages {
  readonly whole: TextColumn
  y = 0
  readonly #pdf: PDFDocument
  readonly #height: number

  constructor(pdf: PDFDocument, paper: Paper) {
    const [width, height] = PAPERS[paper]
    this.#pdf = pdf
    this.#height = height
    this.whole = { left: MARGIN_SIDE, width: width - 2 * MARGIN_SIDE }
  }

  get #bottom(): number {
    return this.#height - MARGIN_TOP
  }

  begin(): void {
    this.#pdf.addPage()
    this.y = MARGIN_TOP
  }

  /** Starts a new page unless `height` is free on the current one. Returns whether a page was started. */
  ensureSpace(height: number): boolean {
    const fits = this.y + height <= this.#bottom
    if (!fits) this.begin()
    return !fits
  }

  gap(size = BODY): void {
    this.y += GAP * size
  }

  measure({ size = BODY }: Style = {}): Measure {
    return ({ text, bold = false }) =>
      this.#pdf
        .font(bold ? 'bold' : 'regular')
        .fontSize(size)
        .widthOfString(text)
  }

  lines(runs: readonly TextRun[], { width }: TextColumn, style: Style = {}): TextLine[] {
    return linesOf(
      runs.map((run) => ({ ...run, text: plain(run.text) })),
      width,
      this.measure(style),
    )
  }

  /** Height of a number of lines, in points. */
  height(lines: number, { size = BODY }: Style = {}): number {
    return lines * size * LEADING
  }

  /** Draws a paragraph. A page break leaves at least two lines on either page. */
  paragraph(
    parent: Struct,
    runs: readonly TextRun[],
    place: TextColumn = this.whole,
    style: Style = {},
    tag = 'P',
  ): void {
    const lines = this.lines(runs, place, style)
    const room = this.#room(style)
    if (room < lines.length && (room < 2 || lines.length === 3)) this.begin()
    const draw = () => {
      let left = lines.length
      while (left > 0) {
        const room = this.#room(style)
        const now = left <= room ? left : left === room + 1 ? room - 1 : room
        this.put(lines.slice(lines.length - left, lines.length - left + now), place, style)
        left -= now
        if (left > 0) this.#goOn()
      }
    }
    this.within(parent, tag, (element) => element.add(draw))
  }

  /** Draws lines without a page break. The caller has ensured enough space. */
  block(
    parent: Struct,
    lines: readonly TextLine[],
    place: TextColumn,
    style: Style = {},
    tag = 'P',
    options: StructOptions = {},
  ): void {
    this.within(parent, tag, (element) => element.add(() => this.put(lines, place, style)), options)
  }

  /** Draws lines at a place, inside the current element. */
  put(lines: readonly TextLine[], place: TextColumn, style: Style = {}): void {
    for (const line of lines) this.#line(line, place, style)
  }

  /** Adds an element around other elements or text. `draw` adds the content. */
  within(parent: Struct, tag: string, draw: (element: Struct) => void, options: StructOptions = {}): void {
    const element = this.#pdf.struct(tag, options)
    parent.add(element)
    draw(element)
    element.end()
  }

  /** Draws marks that screen readers skip. */
  artifact(draw: () => void): void {
    this.#pdf.markContent('Artifact')
    draw()
    this.#pdf.endMarkedContent()
  }

  rule({ left, width }: TextColumn, y: number, thick = 0.75): void {
    this.#pdf
      .lineWidth(thick)
      .moveTo(left, y)
      .lineTo(left + width, y)
      .stroke(INK)
  }

  box({ left, width }: TextColumn, top: number, height: number): void {
    this.#pdf.lineWidth(1.5).rect(left, top, width, height).stroke(INK)
  }

  /** Writes a number at the foot of every page, once all pages exist. */
  numberPages(label: (page: number, of: number) => string): void {
    const { start, count } = this.#pdf.bufferedPageRange()
    for (let page = 0; page < count; page++) {
      this.#pdf.switchToPage(start + page)
      const run = { text: plain(label(page + 1, count)) }
      const left = this.whole.left + (this.whole.width - this.measure()(run)) / 2
      this.y = this.#bottom + MARGIN_TOP / 3
      this.artifact(() => this.put([[run]], { left, width: this.whole.width }, { soft: true }))
    }
  }

  #room({ size = BODY }: Style): number {
    return Math.max(0, Math.floor((this.#bottom - this.y) / (size * LEADING) + 1e-6))
  }

  #goOn(): void {
    this.#pdf.continueOnNewPage()
    this.y = MARGIN_TOP
  }

  #line(line: TextLine, { left }: TextColumn, { size = BODY, soft = false }: Style): void {
    const height = size * LEADING
    const baseline = this.y + (height - (ASCENT + DESCENT) * size) / 2 + ASCENT * size
    let x = left
    for (const run of line) {
      const width = this.measure({ size })(run)
      this.#pdf
        .fillColor(soft ? SOFT : INK)
        .text(run.text, x, baseline, { lineBreak: false, baseline: 'alphabetic', oblique: run.slanted === true })
      x += width
    }
    this.y += height
  }
}
