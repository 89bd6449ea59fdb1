/** TrueType fonts as the web has them (WOFF 1.0, W3C), taken apart into tables, glyphs and the characters that lead to them. */

import { inflateSync } from 'node:zlib'

export type Sfnt = {
  table(tag: string): Buffer
  /** By code point. */
  glyphOf: ReadonlyMap<number, number>
  /** The outline as `glyf` has it, empty for a space. */
  outline(glyph: number): Buffer
  /** In units of the em. */
  metrics(glyph: number): { advance: number; bearing: number }
}

/** @throws Error on another kind of font. */
export function readSfnt(woff: Buffer): Sfnt {
  if (woff.toString('latin1', 0, 4) !== 'wOFF' || woff.readUInt32BE(4) !== 0x00010000)
    throw new Error('expected a WOFF file with TrueType outlines')
  const tables = new Map<string, Buffer>()
  for (let entry = 44; entry < 44 + 20 * woff.readUInt16BE(12); entry += 20) {
    const at = woff.readUInt32BE(entry + 4)
    const [packed, size] = [woff.readUInt32BE(entry + 8), woff.readUInt32BE(entry + 12)]
    const bytes = woff.subarray(at, at + packed)
    tables.set(woff.toString('latin1', entry, entry + 4), packed < size ? inflateSync(bytes) : bytes)
  }
  const table = (tag: string): Buffer => {
    const found = tables.get(tag)
    if (found === undefined) throw new Error(`the font has no table ${tag}`)
    return found
  }
  const [loca, glyf, hmtx] = [table('loca'), table('glyf'), table('hmtx')]
  const wide = table('head').readInt16BE(50) === 1
  const offset = (glyph: number) => (wide ? loca.readUInt32BE(4 * glyph) : 2 * loca.readUInt16BE(2 * glyph))
  const measured = table('hhea').readUInt16BE(34)
  return {
    table,
    glyphOf: charactersOf(table('cmap')),
    outline: (glyph) => glyf.subarray(offset(glyph), offset(glyph + 1)),
    metrics: (glyph) => ({
      advance: hmtx.readUInt16BE(4 * Math.min(glyph, measured - 1)),
      bearing: hmtx.readInt16BE(glyph < measured ? 4 * glyph + 2 : 4 * measured + 2 * (glyph - measured)),
    }),
  }
}

/** The subtable of format 4, which every font for the web has for the Basic Multilingual Plane. */
function charactersOf(cmap: Buffer): Map<number, number> {
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, n) => cmap.subarray(cmap.readUInt32BE(8 + 8 * n)))
  const four = subtables.find((subtable) => subtable.readUInt16BE(0) === 4)
  if (four === undefined) throw new Error('the font has no cmap of format 4')
  const twice = four.readUInt16BE(6)
  const found = new Map<number, number>()
  for (let at = 14; at < 14 + twice; at += 2) {
    const first = four.readUInt16BE(at + twice + 2)
    const delta = four.readUInt16BE(at + 2 * twice + 2)
    const offsetAt = at + 3 * twice + 2
    const offset = four.readUInt16BE(offsetAt)
    for (let code = first; code <= four.readUInt16BE(at) && code < 0xffff; code++) {
      const listed = offset === 0 ? code : four.readUInt16BE(offsetAt + offset + 2 * (code - first))
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff
      if (glyph > 0) found.set(code, glyph)
    }
  }
  return found
}

/** Flags of a part of a composite glyph (OpenType, `glyf`). */
const WORDS = 0x0001
const SCALE = 0x0008
const MORE = 0x0020
const TWO_SCALES = 0x0040
const MATRIX = 0x0080

/** Where in a composite outline the numbers of its parts stand; none in a simple one. */
export function partsOf(outline: Buffer): number[] {
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return []
  const places: number[] = []
  let at = 10
  let flags = MORE
  while ((flags & MORE) !== 0) {
    flags = outline.readUInt16BE(at)
    places.push(at + 2)
    at += 4 + ((flags & WORDS) !== 0 ? 4 : 2)
    at += (flags & SCALE) !== 0 ? 2 : (flags & TWO_SCALES) !== 0 ? 4 : (flags & MATRIX) !== 0 ? 8 : 0
  }
  return places
}
