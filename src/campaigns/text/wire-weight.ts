import type { Block, Prose } from './prose.ts'

/**
 * Bytes that words take on a reader's connection, estimated, because the Worker has no Brotli and a page must not wait
 * for one. The figures are those of the bundled campaigns at quality 4, rounded up.
 */
const ASCII_BYTES = 0.5
const OTHER_BYTES = 0.85
/** Markup repeats, so little of it is left. */
const MARKUP_BYTES = 0.18

/** The weight of HTML: of its words, and a little for its markup. */
export function wireWeight(html: string): number {
  const words = html.replace(/<[^>]*>/g, '')
  const others = words.replace(/[ -\u007f\n]/g, '').length
  return (words.length - others) * ASCII_BYTES + others * OTHER_BYTES + (html.length - words.length) * MARKUP_BYTES
}

/** The whole blocks at the beginning of a text that fit into `room`, given the HTML of a block. */
export function beginningOf(prose: Prose, room: number, htmlOf: (block: Block) => string): Prose {
  let left = room
  const end = prose.findIndex((block) => {
    left -= wireWeight(htmlOf(block))
    return left < 0
  })
  return end === -1 ? prose : prose.slice(0, end)
}

/** Groups items in their order so that no group is heavier than `room`. A heavier item has a group of its own. */
export function inParts<Item>(items: readonly Item[], weightOf: (item: Item) => number, room: number): Item[][] {
  const parts: Item[][] = []
  let left = 0
  for (const item of items) {
    const weight = weightOf(item)
    const last = parts.at(-1)
    if (last === undefined || weight > left) {
      parts.push([item])
      left = room - weight
    } else {
      last.push(item)
      left -= weight
    }
  }
  return parts
}
