/** Outlines of the characters in share images, small enough for the Worker's bundle. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import opentype, { type Step } from 'opentype.js'

/** Noto Sans, bold, under the SIL Open Font License, which allows to change and embed it. The first file with a character provides it. */
const FILES = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext'].map((part) => `@fontsource/noto-sans/files/noto-sans-${part}`),
  '@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic',
].map((file) => `${file}-700-normal.woff`)

/** Code points of headlines and names in the supported languages, as inclusive ranges. */
const CHARACTERS = [
  [0x20, 0x7e], // Latin
  [0xa1, 0x17f], // of western and central Europe
  [0x218, 0x21b],
  [0x400, 0x45f], // Russian and its neighbours
  [0x490, 0x4f9], // Kazakh and others
  [0x2010, 0x201e], // dashes and quotation marks
  [0x2022, 0x2026],
  [0x2039, 0x203a],
  [0x20a0, 0x20bf],
  [0x2116, 0x2116],
  [0x60c, 0x60c], // Arabic
  [0x61b, 0x61f],
  [0x640, 0x640],
  [0x660, 0x66c],
  [0xfe80, 0xfefc], // presentation forms, for joined letters
] as const

/** Resolution of the rounded outlines in units per em. At the largest size of an image no point moves by more than 0.1 pixel. */
export const UNITS_PER_EM = 500

/**
 * Advance width and outline by character, in `UNITS_PER_EM`, y upwards. The outline has the steps m, l and q of SVG paths with relative
 * points. Equal accents and stems are then equal texts and compress well.
 */
export function readOutlines(): Record<string, [advance: number, path: string]> {
  const require = createRequire(import.meta.url)
  const fonts = FILES.map((file) => {
    const bytes = readFileSync(require.resolve(file))
    return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  })
  const outlines: Record<string, [number, string]> = {}
  for (const [first, last] of CHARACTERS) {
    for (let code = first; code <= last; code++) {
      const character = String.fromCodePoint(code)
      const font = fonts.find((font) => font.charToGlyphIndex(character) > 0)
      if (font === undefined) continue
      const scaled = (units: number) => Math.round((units * UNITS_PER_EM) / font.unitsPerEm)
      const { advanceWidth = 0, path } = font.charToGlyph(character)
      const advance = (advanceWidth * UNITS_PER_EM) / font.unitsPerEm // not rounded: the errors would add up along a line
      outlines[character] = [advance, pathOf(path.commands, scaled)]
    }
  }
  return outlines
}

function pathOf(steps: readonly Step[], scaled: (units: number) => number): string {
  let [x, y] = [0, 0]
  const from = (toX: number, toY: number) => `${toX - x} ${toY - y}`
  let path = ''
  for (const step of steps) {
    if (step.type === 'Z') continue
    if (step.type === 'C')
      throw new Error('found a cubic curve; expected a TrueType font, which has only quadratic ones')
    const [toX, toY] = [scaled(step.x), scaled(step.y)]
    const control = step.type === 'Q' ? `${from(scaled(step.x1), scaled(step.y1))} ` : ''
    if (step.type !== 'L' || toX !== x || toY !== y) path += step.type.toLowerCase() + control + from(toX, toY)
    x = toX
    y = toY
  }
  return path.replaceAll(' -', '-')
}
