import type { Struct } from 'pdfkit'
import type { Block, Inline, Prose } from '../../text/prose.ts'
import type { TextRun } from './lines.ts'
import { MM, type Pages, type TextColumn } from './pages.ts'

/** Indent of lists and quotations in points. */
const INDENT = 5 * MM
const BULLET = '•'

/** Draws prose as `ProseView` shows it. The address of a link is not printed. */
export function drawProse(pages: Pages, parent: Struct, prose: Prose, place: TextColumn = pages.whole): void {
  for (const [at, block] of prose.entries()) {
    if (at > 0) pages.gap()
    drawBlock(pages, parent, block, place)
  }
}

function drawBlock(pages: Pages, parent: Struct, block: Block, place: TextColumn): void {
  switch (block.kind) {
    case 'paragraph':
      pages.paragraph(parent, runsOf(block.children), place)
      break
    case 'heading':
      pages.ensureSpace(pages.height(MIN_LINES_TOGETHER))
      pages.paragraph(parent, runsOf(block.children, { bold: true }), place, {}, 'H2')
      break
    case 'list':
      drawList(
        pages,
        parent,
        block.items.map((item, at) => ({
          mark: block.ordered ? `${block.start + at}.` : BULLET,
          draw: (body, inner) => drawProse(pages, body, item, inner),
        })),
        place,
      )
      break
    case 'quote': {
      const inner = { left: place.left + INDENT, width: place.width - INDENT }
      pages.within(parent, 'BlockQuote', (quote) => drawProse(pages, quote, block.children, inner))
      break
    }
    case 'rule':
      pages.ensureSpace(pages.height(1))
      pages.artifact(() => pages.rule(place, pages.y))
  }
}

/** Lines kept together at a page break: a heading with its text, and the mark of an item with the item. */
const MIN_LINES_TOGETHER = 4

type Item = { mark: string; draw: (body: Struct, inner: TextColumn) => void }

/** Draws a list. Marks have a column as wide as the widest mark. */
export function drawList(pages: Pages, parent: Struct, items: readonly Item[], place: TextColumn = pages.whole): void {
  const widest = Math.max(...items.map(({ mark }) => pages.measure()({ text: `${mark} ` })))
  const indent = Math.max(INDENT, widest)
  pages.within(parent, 'L', (list) => {
    for (const [at, { mark, draw }] of items.entries()) {
      if (at > 0) pages.y += MM
      pages.ensureSpace(pages.height(MIN_LINES_TOGETHER))
      pages.within(list, 'LI', (item) => {
        const top = pages.y
        pages.block(item, [[{ text: mark }]], place, {}, 'Lbl')
        pages.y = top
        pages.within(item, 'LBody', (body) => draw(body, { left: place.left + indent, width: place.width - indent }))
      })
    }
  })
}

type RunStyle = Omit<TextRun, 'text'>

const runsOf = (children: readonly Inline[], style: RunStyle = {}): TextRun[] =>
  children.flatMap((inline) => runsOfOne(inline, style))

function runsOfOne(inline: Inline, style: RunStyle): TextRun[] {
  switch (inline.kind) {
    case 'text':
      return [{ ...style, text: inline.text.replace(/\s*\n\s*/g, ' ') }]
    case 'strong':
      return runsOf(inline.children, { ...style, bold: true })
    case 'emphasis':
      return runsOf(inline.children, { ...style, slanted: true })
    case 'link':
      return runsOf(inline.children, style)
    case 'image':
      return [{ ...style, text: inline.alt }]
    case 'break':
      return [{ ...style, text: '\n' }]
  }
}
