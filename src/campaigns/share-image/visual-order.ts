import bidiFactory from 'bidi-js'

const bidi = bidiFactory()
/** Invisible marks, embeddings and isolates that set the direction of text. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A line in visual order from left to right (UAX #9): brackets mirrored, direction marks applied and removed. */
export function toVisualOrder(line: string, direction: 'ltr' | 'rtl'): string {
  return bidi.getReorderedString(line, bidi.getEmbeddingLevels(line, direction)).replace(DIRECTION_MARKS, '')
}
