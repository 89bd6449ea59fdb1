import { type GlyphLine, glyphLine } from './line.ts'

/** Size in pixels that networks recommend and show without cutting. */
export const PICTURE_WIDTH = 1200
export const PICTURE_HEIGHT = 630

const MARGIN = 72
const INNER = PICTURE_WIDTH - 2 * MARGIN
/** Height of the bar along the top, as on every page. */
export const BAR = 20
const SMALL = 34
const TAG_PADDING = 20
const TAG_TOP = 78
const TAG_HEIGHT = 58
const KICKER_BASELINE = 119
const FOOT_BASELINE = PICTURE_HEIGHT - 56
/** Top of the space for the title, in pixels. */
const TITLE_TOP = 176
const TITLE_BOTTOM = FOOT_BASELINE - 74
/**
 * Title sizes in pixels per em; the largest that fits is used. The smallest is still readable on a phone, where the
 * picture is a third as wide.
 */
const TITLE_SIZES = [96, 88, 80, 72, 64, 56, 48] as const
/** Line height as a factor of the size. Arabic reaches further up and down. */
const LEADING = { ltr: 1.16, rtl: 1.38 } as const
/** Distance from the top of a line to its baseline, as a factor of the size. */
const ASCENT = { ltr: 0.86, rtl: 0.98 } as const

/** The texts in the picture. */
export type PictureText = {
  title: string
  /** Page status, such as “Open”. `live` fills the tag of the status. */
  status: string
  live: boolean
  /** Further words beside the status, such as the country. */
  where: readonly string[]
  sender: string
  /** Whether the script runs from right to left. */
  fromRight: boolean
}

export type Ink = 'ink' | 'soft' | 'red' | 'on-red'
/** A line at its place: `left` and `baseline` in pixels, `size` in pixels per em. */
export type PlacedLine = { line: GlyphLine; left: number; baseline: number; size: number; ink: Ink }
/** Position and size in whole pixels. */
export type StatusTag = { left: number; top: number; width: number; height: number; filled: boolean }
export type PictureLayout = { pieces: readonly PlacedLine[]; tag: StatusTag }

/** Positions of all texts. Null when a character cannot be drawn, or the title does not fit at any size. */
export function layOut(text: PictureText): PictureLayout | null {
  const { fromRight } = text
  const status = glyphLine(text.status, fromRight)
  const where = glyphLine(text.where.join('  ·  '), fromRight)
  const sender = glyphLine(text.sender, fromRight)
  const title = titleIn(text.title, fromRight)
  if (status === null || where === null || sender === null || title === null) return null

  /** Converts a distance from the side where reading begins into a distance from the left. */
  const place = (from: number, width: number) => (fromRight ? PICTURE_WIDTH - MARGIN - from - width : MARGIN + from)
  const tagWidth = Math.ceil(status.ems * SMALL) + 2 * TAG_PADDING
  const tag = { left: place(0, tagWidth), top: TAG_TOP, width: tagWidth, height: TAG_HEIGHT, filled: text.live }
  const whereWidth = where.ems * SMALL
  const whereFrom = tagWidth + SMALL
  if (whereFrom + whereWidth > INNER || sender.ems * SMALL > INNER) return null
  const small = { baseline: KICKER_BASELINE, size: SMALL }
  return {
    tag,
    pieces: [
      { line: status, left: tag.left + TAG_PADDING, ...small, ink: text.live ? 'on-red' : 'soft' },
      { line: where, left: place(whereFrom, whereWidth), ...small, ink: 'soft' },
      ...title,
      { line: sender, left: place(0, sender.ems * SMALL), baseline: FOOT_BASELINE, size: SMALL, ink: 'red' },
    ],
  }
}

function titleIn(title: string, fromRight: boolean): PlacedLine[] | null {
  const direction = fromRight ? 'rtl' : 'ltr'
  for (const size of TITLE_SIZES) {
    const lines = breakLines(title, fromRight, INNER / size)
    if (lines === null) continue
    const height = lines.length * size * LEADING[direction]
    if (height > TITLE_BOTTOM - TITLE_TOP) continue
    return lines.map((line, at) => ({
      line,
      left: fromRight ? PICTURE_WIDTH - MARGIN - line.ems * size : MARGIN,
      baseline: TITLE_TOP + size * (ASCENT[direction] + at * LEADING[direction]),
      size,
      ink: 'ink',
    }))
  }
  return null
}

/** Breaks text at spaces into lines of at most `ems` ems; null when a single word is longer. */
function breakLines(text: string, fromRight: boolean, ems: number): GlyphLine[] | null {
  const lines: GlyphLine[] = []
  let words = ''
  let current: GlyphLine | null = null
  for (const word of text.split(/\s+/)) {
    const longer: GlyphLine | null = glyphLine(words === '' ? word : `${words} ${word}`, fromRight)
    if (longer !== null && longer.ems <= ems) {
      words = words === '' ? word : `${words} ${word}`
      current = longer
      continue
    }
    const alone = glyphLine(word, fromRight)
    if (current !== null) lines.push(current)
    if (alone === null || alone.ems > ems) return null
    words = word
    current = alone
  }
  return current === null ? lines : [...lines, current]
}
