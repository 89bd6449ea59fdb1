import bidiFactory from 'bidi-js'

const bidi = bidiFactory()
/** Marks, embeddings and isolates: they say which way text runs, and are nothing to see. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A line as it is drawn from left to right (UAX #9): brackets mirrored, direction marks obeyed and left out. */
export function toVisualOrder(line: string, direction: 'ltr' | 'rtl'): string {
  return bidi.getReorderedString(line, bidi.getEmbeddingLevels(line, direction)).replace(DIRECTION_MARKS, '')
}
