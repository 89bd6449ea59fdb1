/** The part of bidi-js that order.ts uses; the types that it brings take its CommonJS file for an ES module. */
declare module 'bidi-js' {
  type Levels = { levels: Uint8Array }
  type Bidi = {
    getEmbeddingLevels(text: string, direction: 'ltr' | 'rtl'): Levels
    getReorderedString(text: string, levels: Levels): string
  }
  export default function bidiFactory(): Bidi
}
