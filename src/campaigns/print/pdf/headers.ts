import type { Struct } from 'pdfkit'
import { translator } from '../../../kit/page-texts.ts'
import type { LetterSheet } from '../letter-sheet.ts'
import type { TextLine } from './lines.ts'
import { MM, type Pages, type TextColumn } from './pages.ts'

const BETWEEN = 5 * MM
const PADDING_SIDE = 4 * MM
const PADDING_TOP = 2 * MM
const ROW_GAP = MM
/** Length in points of a blank line in the head of a fax. */
const BLANK = 6 * MM

/** Draws the address for the envelope and the head of the fax, side by side. */
export function drawHeaders(pages: Pages, parent: Struct, { locale, addressee, post, fax, live }: LetterSheet): void {
  const half = (pages.whole.width - BETWEEN) / 2
  const first = { left: pages.whole.left, width: half }
  const second = { left: first.left + half + BETWEEN, width: half }
  const address = post && [...addressee, ...post].flatMap((line) => pages.lines([{ text: line }], first))
  const top = pages.y
  let bottom = top
  if (address) {
    pages.block(parent, address, first)
    bottom = pages.y
  }
  if (fax) {
    pages.y = top
    drawFax(pages, parent, { locale, addressee, fax, live }, address ? second : first)
    bottom = Math.max(bottom, pages.y)
  }
  pages.y = bottom
}

type FaxHeaderContent = { locale: string; addressee: string[]; fax: string[]; live: boolean }
/** A row with text, or with a blank line to write on. */
type HeaderRow = { label: string; lines?: TextLine[] }

function drawFax(
  pages: Pages,
  parent: Struct,
  { locale, addressee, fax, live }: FaxHeaderContent,
  place: TextColumn,
): void {
  const t = translator(locale)
  const labels = [t('channel.fax'), t('sheet.to'), ...(live ? [t('sheet.from'), t('sheet.pages')] : [])]
  const widest = Math.max(...labels.map((text) => pages.measure()({ text })))
  const term = { left: place.left + PADDING_SIDE, width: widest }
  const left = term.left + widest + 2 * MM
  const value = { left, width: place.left + place.width - PADDING_SIDE - left }
  const read = (texts: string[]) => texts.flatMap((text) => pages.lines([{ text }], value))
  const rows = labels.map(
    (label, at): HeaderRow => ({ label, ...(at < 2 && { lines: read(at === 0 ? fax : addressee) }) }),
  )
  const heights = rows.map(({ lines }) => (lines ? pages.height(lines.length) : BLANK))
  const top = pages.y
  const height = heights.reduce((sum, row) => sum + row, 0) + ROW_GAP * (rows.length - 1) + 2 * PADDING_TOP
  pages.artifact(() => pages.box(place, top, height))
  let y = top + PADDING_TOP
  for (const [at, { label, lines }] of rows.entries()) {
    const row = heights[at] ?? 0
    pages.y = lines ? y : y + row - pages.height(1)
    pages.block(parent, pages.lines([{ text: label }], term), term, { soft: true })
    pages.y = y
    if (lines) pages.block(parent, lines, value)
    else pages.artifact(() => pages.rule(value, y + row))
    y += row + ROW_GAP
  }
  pages.y = top + height
}
