/** Builds the font of PDFs: two faces of Noto Sans with the needed characters only. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { deflateRawSync } from 'node:zlib'
import opentype from 'opentype.js'
import subsetFont from 'subset-font'

/** Noto Sans, under the SIL Open Font License, which allows to change and embed it. */
const FACES = {
  regular: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
} as const
/** TrueType tables for ligatures, kerning, glyph classes, variations and screen hints, which the PDFs do not use. */
const UNUSED_TABLES = ['GSUB', 'GPOS', 'GDEF', 'STAT', 'gasp']

/**
 * Code points of letters and names in PDFs, as inclusive ranges. Only scripts whose characters are drawn one after another from the left:
 * scripts that join, stack or run from the right would need a shaping engine.
 */
const CHARACTERS = [
  [0x20, 0x7e], // Latin
  [0xa0, 0x24f],
  [0x259, 0x259], // Azerbaijani
  [0x2bb, 0x2bc], // Uzbek, Ukrainian by Latin letters
  [0x37f, 0x3ff], // Greek
  [0x400, 0x482], // Russian and its neighbours
  [0x48a, 0x52f], // Kazakh and others
  [0x1e80, 0x1e9e], // Welsh, German capitals
  [0x1ea0, 0x1eff], // Vietnamese
  [0x2010, 0x2027], // dashes, quotation marks, bullets
  [0x2030, 0x203a],
  [0x20ab, 0x20ac], // currencies
  [0x20b4, 0x20b4],
  [0x20b8, 0x20ba],
  [0x20bd, 0x20be],
  [0x2116, 0x2122],
  [0x2212, 0x2212], // minus
] as const

type PdfFont = {
  /** TrueType, deflated (RFC 1951), as base64. */
  faces: Record<keyof typeof FACES, string>
  /** Code points that both faces have, as inclusive ranges. */
  characters: Array<[first: number, last: number]>
}

export async function makePdfFont(): Promise<PdfFont> {
  const codes = CHARACTERS.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
  const [regular, bold] = await Promise.all([cutDown(FACES.regular, codes), cutDown(FACES.bold, codes)])
  return {
    faces: { regular: packed(regular), bold: packed(bold) },
    characters: rangesOf(charactersOf(bold, charactersOf(regular, codes))),
  }
}

function cutDown(file: string, codes: readonly number[]): Promise<Buffer> {
  const whole = readFileSync(createRequire(import.meta.url).resolve(file))
  return subsetFont(whole, String.fromCodePoint(...codes), {
    dropTables: UNUSED_TABLES,
    noHinting: true,
    noLayoutClosure: true, // otherwise the glyphs of ligatures are included
  })
}

/** The code points for which a face has a glyph. */
function charactersOf(face: Buffer, codes: readonly number[]): number[] {
  const font = opentype.parse(new Uint8Array(face).buffer)
  return codes.filter((code) => font.charToGlyphIndex(String.fromCodePoint(code)) > 0)
}

const packed = (face: Buffer): string => deflateRawSync(face, { level: 9 }).toString('base64')

function rangesOf(codes: readonly number[]): Array<[number, number]> {
  const ranges: Array<[number, number]> = []
  for (const code of codes) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === code - 1) last[1] = code
    else ranges.push([code, code])
  }
  return ranges
}
