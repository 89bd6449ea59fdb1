import * as fc from 'fast-check'

/** An arbitrary for templates: the given words with slots `a` and `b` between them, in any order and number. */
export function templatesMadeOf(words: fc.Arbitrary<string>) {
  const pieces = (as: 'html' | 'plain') =>
    fc.array(
      fc.oneof(
        words,
        fc.constantFrom('a', 'b').map((slot) => ({ slot, as })),
      ),
    )
  return fc.record({ subject: pieces('plain'), html: pieces('html'), text: pieces('plain') })
}
