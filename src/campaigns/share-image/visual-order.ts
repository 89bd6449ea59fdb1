/**
 * From the order in which a line is read to the order in which it stands, left to right: the part of the bidirectional algorithm (UAX #9)
 * that one line of a headline needs. No embeddings; numbers stay whole, and what is between two words goes with them.
 */

type Side = 'left' | 'right'

/** A number with its separators is one piece (UAX #9, W4); else a piece is a character. */
const PIECE = /\p{Nd}+(?:[.,:/]\p{Nd}+)*|[\s\S]/gu
const RIGHT = /\p{Script=Arabic}/u
const NUMBER = /^\p{Nd}/u
const LETTER = /\p{L}/u
const MIRRORED: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '«': '»',
  '»': '«',
  '‹': '›',
  '›': '‹',
}

/** `base`: the side at which the line begins. */
export function standing(text: string, base: Side): string {
  const pieces = text.match(PIECE) ?? []
  const sides = sidesOf(pieces, base)
  const runs: Array<{ side: Side; pieces: string[] }> = []
  for (const [at, piece] of pieces.entries()) {
    const side = sides[at] ?? base
    const last = runs.at(-1)
    if (last?.side === side) last.pieces.push(piece)
    else runs.push({ side, pieces: [piece] })
  }
  const laid = runs.map(({ side, pieces }) =>
    side === 'left'
      ? pieces.join('')
      : pieces
          .reverse()
          .map((piece) => MIRRORED[piece] ?? piece)
          .join(''),
  )
  return (base === 'left' ? laid : laid.reverse()).join('')
}

/** Letters have a side of their own, a number that of the letter before it (W2, W7), and anything else that of both its neighbours (N1). */
function sidesOf(pieces: readonly string[], base: Side): Side[] {
  let last = base
  const strong = pieces.map((piece): Side | undefined => {
    if (LETTER.test(piece)) last = RIGHT.test(piece) ? 'right' : 'left'
    else if (!NUMBER.test(piece)) return undefined
    return last
  })
  return strong.map((own, at) => {
    if (own !== undefined) return own
    const before = strong.slice(0, at).findLast((side) => side !== undefined) ?? base
    const after = strong.slice(at).find((side) => side !== undefined) ?? base
    return before === after ? before : base
  })
}
