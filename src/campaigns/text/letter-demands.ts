import { paragraphsOf } from './letter-text.ts'
import type { Prose } from './prose.ts'

/**
 * The demands to print below a model letter: none if the letter has them already. A letter has them when it has a list, anywhere, that can
 * be theirs, or when it contains the words of each. Capitals, punctuation and emphasis do not count.
 */
export function demandsBelow(letter: Prose, demands: readonly string[]): readonly string[] {
  if (hasList(letter, Math.min(demands.length, FEWEST_ITEMS))) return []
  const text = wordsOf(paragraphsOf(letter).join(' '))
  return demands.every((demand) => text.includes(wordsOf(demand))) ? [] : demands
}

/** A list of one item cannot hold several demands. A list of two can, since a letter may join what the page separates. */
const FEWEST_ITEMS = 2

const hasList = (prose: Prose, fewest: number): boolean =>
  prose.some((block) => {
    if (block.kind === 'list') return block.items.length >= fewest || block.items.some((item) => hasList(item, fewest))
    return block.kind === 'quote' && hasList(block.children, fewest)
  })

/** The words of a text in small letters, each between spaces, so that no part of a word is found. */
const wordsOf = (text: string): string =>
  ` ${(
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).join(' ')} `
