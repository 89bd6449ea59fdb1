import { Coverage } from './coverage.ts'
import {
  BAR,
  type Ink,
  PICTURE_HEIGHT,
  PICTURE_WIDTH,
  type PictureLayout,
  type PlacedLine,
  type StatusTag,
} from './layout.ts'
import { outline } from './line.ts'
import { png, type Rgb } from './png.ts'

/** The light colours of the style sheet. Networks show pictures on any background, so the picture has its own. */
const PAPER: Rgb = [0xff, 0xff, 0xff]
const COLOURS: Record<Ink, Rgb> = {
  ink: [0x21, 0x1d, 0x1b],
  soft: [0x63, 0x5b, 0x55],
  red: [0xb0, 0x13, 0x1d],
  'on-red': PAPER,
}
/** Steps from a background to an ink: as many greys as a smooth edge needs. */
const STEPS = 16

const inks = Object.keys(COLOURS) as Ink[]
/** One row of steps per ink, from its background to the ink. */
const PALETTE: readonly Rgb[] = inks.flatMap((ink) => {
  const ground = ink === 'on-red' ? COLOURS.red : PAPER
  return Array.from({ length: STEPS }, (_, step): Rgb => {
    const mix = (at: 0 | 1 | 2) => Math.round(ground[at] + ((COLOURS[ink][at] - ground[at]) * step) / (STEPS - 1))
    return [mix(0), mix(1), mix(2)]
  })
})
/** Palette index of an ink that covers a share of a pixel. */
const colour = (ink: Ink, share: number): number => inks.indexOf(ink) * STEPS + Math.round(share * (STEPS - 1))

/** Reach of glyphs above and below the baseline and beyond their advance, as factors of the size. */
const ABOVE = 1.2
const BELOW = 0.6
const ASIDE = 0.5

/** The picture as PNG, 1200 by 630. The same layout gives the same bytes on the same platform. */
export function drawPicture({ pieces, tag }: PictureLayout): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = new Uint8Array(PICTURE_WIDTH * PICTURE_HEIGHT).fill(colour('ink', 0))
  pixels.fill(colour('red', 1), 0, PICTURE_WIDTH * BAR)
  putTag(pixels, tag)
  for (const piece of pieces) putPiece(pixels, piece)
  return png(PICTURE_WIDTH, PICTURE_HEIGHT, PALETTE, pixels)
}

function putPiece(pixels: Uint8Array, { line, left, baseline, size, ink }: PlacedLine): void {
  const x0 = Math.floor(left - size * ASIDE)
  const y0 = Math.floor(baseline - size * ABOVE)
  const cover = new Coverage(Math.ceil(line.ems * size + 2 * size * ASIDE) + 1, Math.ceil(size * (ABOVE + BELOW)))
  outline(line, cover, left - x0, baseline - y0, size)
  put(pixels, cover, x0, y0, ink)
}

/** Draws a box, filled or only its edge. */
function putTag(pixels: Uint8Array, { left, top, width, height, filled }: StatusTag): void {
  for (let y = 0; y < height; y++) {
    const row = (top + y) * PICTURE_WIDTH + left
    const inside = !filled && y >= EDGE && y < height - EDGE
    if (!inside) pixels.fill(colour(filled ? 'red' : 'soft', 1), row, row + width)
    else for (const from of [row, row + width - EDGE]) pixels.fill(colour('soft', 1), from, from + EDGE)
  }
}

/** Width in pixels of the edge of a tag. */
const EDGE = 3

function put(pixels: Uint8Array, cover: Coverage, left: number, top: number, ink: Ink): void {
  cover.each((x, y, share) => {
    const [px, py] = [left + x, top + y]
    if (px >= 0 && px < PICTURE_WIDTH && py >= 0 && py < PICTURE_HEIGHT)
      pixels[py * PICTURE_WIDTH + px] = colour(ink, share)
  })
}
