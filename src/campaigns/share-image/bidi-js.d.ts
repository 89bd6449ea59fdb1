/** The part of bidi-js that visual-order.ts uses. The types of the package declare its CommonJS file as an ES module. */
declare module 'bidi-js' {
  type Levels = { levels: Uint8Array }
  type Bidi = {
    getEmbeddingLevels(text: string, direction: 'ltr' | 'rtl'): Levels
    getReorderedString(text: string, levels: Levels): string
  }
  export default function bidiFactory(): Bidi
}
