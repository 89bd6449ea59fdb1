/** The font of PDFs: one TrueType file out of the many that a package has for the web, with the characters we need and no tables we do not. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { deflateRawSync } from 'node:zlib'
import { readSfnt, type Sfnt } from './sfnt.ts'
import { writeSfnt } from './sfnt-write.ts'

/** Noto Sans, under the SIL Open Font License, which allows to change and embed it. The first file that has a character gives it. */
const PARTS = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic', 'cyrillic-ext']
const WEIGHTS = { regular: 400, bold: 700 } as const

/**
 * What letters and the names under them are written with, as ranges of code points, both ends included: scripts whose characters stand one
 * after the other as they are. Whatever joins, stacks or runs from the right takes a shaping engine, and is no use here.
 */
const WANTED = [
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
  [0x20a0, 0x20bf], // currencies
  [0x2116, 0x2122],
] as const

export type PdfFont = {
  /** TrueType, deflated (RFC 1951), as base64. */
  faces: Record<keyof typeof WEIGHTS, string>
  /** Ranges of the code points that both faces have, both ends included. */
  characters: Array<[first: number, last: number]>
}

export function makePdfFont(): PdfFont {
  const sources = Object.values(WEIGHTS).map(filesOf)
  const codes = WANTED.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  ).filter((code) => sources.every((files) => files.some(({ glyphOf }) => glyphOf.has(code))))
  const [regular = '', bold = ''] = sources.map((files) =>
    deflateRawSync(writeSfnt(files, codes), { level: 9 }).toString('base64'),
  )
  return { faces: { regular, bold }, characters: rangesOf(codes) }
}

function filesOf(weight: number): Sfnt[] {
  const require = createRequire(import.meta.url)
  return PARTS.map((part) =>
    readSfnt(readFileSync(require.resolve(`@fontsource/noto-sans/files/noto-sans-${part}-${weight}-normal.woff`))),
  )
}

function rangesOf(codes: readonly number[]): Array<[number, number]> {
  const ranges: Array<[number, number]> = []
  for (const code of codes) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === code - 1) last[1] = code
    else ranges.push([code, code])
  }
  return ranges
}
