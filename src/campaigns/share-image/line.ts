import { joinArabic } from './arabic.ts'
import type { Coverage } from './coverage.ts'
import { type Glyph, glyphs, UNITS_PER_EM } from './glyphs.gen.ts'
import { toVisualOrder } from './visual-order.ts'

/** A line to draw: glyphs from left to right, and the width in ems. */
export type GlyphLine = { glyphs: readonly Glyph[]; ems: number }

/** Spaces that the font lacks, which look like an ordinary space. */
const SPACES = /[\u00a0\u2009\u202f]/g
/** Invisible characters: possible line breaks and joiners. */
const INVISIBLE = /[\u00ad\u200b-\u200d]/g

/** The glyphs of a text. Null when the font lacks a character, because a picture with gaps is worse than none. */
export function glyphLine(text: string, rightToLeft: boolean): GlyphLine | null {
  const plain = joinArabic(text.normalize('NFC').replace(INVISIBLE, ''))
  const visual = toVisualOrder(plain, rightToLeft ? 'rtl' : 'ltr').replace(SPACES, ' ')
  const found = [...visual].map((character) => (Object.hasOwn(glyphs, character) ? glyphs[character] : undefined))
  if (!found.every((glyph) => glyph !== undefined)) return null
  return { glyphs: found, ems: found.reduce((sum, [advance]) => sum + advance, 0) / UNITS_PER_EM }
}

/** Adds the outline of a line to a coverage. `left`, `baseline` and `size` in pixels. */
export function outline(line: GlyphLine, onto: Coverage, left: number, baseline: number, size: number): void {
  const scale = size / UNITS_PER_EM
  let pen = left
  for (const [advance, path] of line.glyphs) {
    draw(
      path,
      onto,
      (x) => pen + x * scale,
      (y) => baseline - y * scale,
    )
    pen += advance * scale
  }
}

const STEP = /([mlq])([-\d ]+)/g
const NUMBER = /-?\d+/g

/** Draws the path of a glyph. A contour closes by itself where the next one begins or the glyph ends. */
function draw(path: string, onto: Coverage, toX: (x: number) => number, toY: (y: number) => number): void {
  let [startX, startY, x, y] = [0, 0, 0, 0]
  for (const [, kind, numbers = ''] of path.matchAll(STEP)) {
    const [a = 0, b = 0, c = 0, d = 0] = numbers.match(NUMBER)?.map(Number) ?? []
    const [endX, endY] = kind === 'q' ? [x + c, y + d] : [x + a, y + b]
    if (kind === 'q') onto.curve(toX(x), toY(y), toX(x + a), toY(y + b), toX(endX), toY(endY))
    else if (kind === 'l') onto.edge(toX(x), toY(y), toX(endX), toY(endY))
    else {
      onto.edge(toX(x), toY(y), toX(startX), toY(startY))
      startX = endX
      startY = endY
    }
    x = endX
    y = endY
  }
  onto.edge(toX(x), toY(y), toX(startX), toY(startY))
}
