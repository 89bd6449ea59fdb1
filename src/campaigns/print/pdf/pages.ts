import type PDFDocument from 'pdfkit'
import type { Struct } from 'pdfkit'
import { plain } from './characters.ts'
import { PAPERS, type Paper } from './document.ts'
import { linesOf, type Measure, type TextLine, type TextRun } from './lines.ts'

/** Points in a millimetre. */
export const MM = 72 / 25.4
/** Points: what the browser prints the sheets in too (letter-style.css). */
export const BODY = 10
/** Lines and gaps between paragraphs, as parts of the size. */
const LEADING = 1.35
const GAP = 0.7
/** Of Noto Sans, in ems, from the baseline. */
const ASCENT = 1.069
const DESCENT = 0.293
const MARGIN_TOP = 15 * MM
const MARGIN_SIDE = 18 * MM
const INK = '#000000'
const SOFT = '#333333'

export type Style = { size?: number; soft?: boolean }
type StructOptions = { lang?: string; scope?: string }
export type TextColumn = { left: number; width: number }

/** Pages that are filled from top to bottom; `y` is where the next thing stands. All lengths in points. */
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

  /** Begins a page unless this much is free on the one there is; whether it did. */
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

  /** Of that many lines. */
  height(lines: number, { size = BODY }: Style = {}): number {
    return lines * size * LEADING
  }

  /** A paragraph; where it goes on overleaf, two lines of it or more are on either page. */
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

  /** Lines of which none may go overleaf: whoever calls has kept room. */
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

  /** Lines onto the page, inside whatever is being drawn. */
  put(lines: readonly TextLine[], place: TextColumn, style: Style = {}): void {
    for (const line of lines) this.#line(line, place, style)
  }

  /** An element around others, such as a list, or around text; `draw` gives them to it. */
  within(parent: Struct, tag: string, draw: (element: Struct) => void, options: StructOptions = {}): void {
    const element = this.#pdf.struct(tag, options)
    parent.add(element)
    draw(element)
    element.end()
  }

  /** What no reader needs to be told of. */
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

  /** At the foot of every page, once all are there. */
  numberPages(say: (page: number, of: number) => string): void {
    const { start, count } = this.#pdf.bufferedPageRange()
    for (let page = 0; page < count; page++) {
      this.#pdf.switchToPage(start + page)
      const run = { text: plain(say(page + 1, count)) }
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
