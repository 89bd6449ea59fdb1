/** Types of the part of opentype.js that outlines.ts and font.ts use; the package has no types. */
declare module 'opentype.js' {
  export type Step =
    | { type: 'M' | 'L'; x: number; y: number }
    | { type: 'Q'; x1: number; y1: number; x: number; y: number }
    | { type: 'C' }
    | { type: 'Z' }
  type Glyph = { advanceWidth?: number; path: { commands: Step[] } }
  type Font = { unitsPerEm: number; charToGlyphIndex(character: string): number; charToGlyph(character: string): Glyph }
  const opentype: { parse(font: ArrayBuffer): Font }
  export default opentype
}
