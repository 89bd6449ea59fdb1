import type { Block, Inline, Prose } from './prose.ts'

/**
 * Prose as paragraphs for a person's own mail: a paragraph is one line, which the mail program wraps, without emphasis
 * marks. Lines end with `\n`. A list stays in the entry of the paragraph before it, because neither makes sense alone.
 */
export function paragraphsOf(prose: Prose): string[] {
  const paragraphs: string[] = []
  for (const [place, block] of prose.entries()) {
    const lead = block.kind === 'list' && prose[place - 1]?.kind === 'paragraph' ? paragraphs.pop() : undefined
    paragraphs.push(lead ? `${lead}\n\n${blockText(block)}` : blockText(block))
  }
  return paragraphs.filter((text) => text !== '')
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return inlineText(block.children)
    case 'list':
      return block.items
        .map((item, place) => hangItem(block.ordered ? `${block.start + place}. ` : '- ', item))
        .join('\n')
    case 'quote':
      return within(block.children).replace(/^/gm, '> ').replace(/ +$/gm, '')
    case 'rule':
      return '* * *'
  }
}

const within = (prose: Prose): string => paragraphsOf(prose).join('\n\n')

/** Puts a mark before the first line and the same width of spaces before other non-empty lines. */
const hangItem = (mark: string, item: Prose): string =>
  mark + within(item).replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)

const inlineText = (children: readonly Inline[]): string => children.map(oneInline).join('').trim()

function oneInline(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return oneLine(inline.text)
    case 'strong':
    case 'emphasis':
      return inline.children.map(oneInline).join('')
    case 'break':
      return '\n'
    case 'link': {
      const words = inline.children.map(oneInline).join('')
      return inline.url === words ? words : `${words} <${oneLine(inline.url)}>`
    }
    case 'image':
      return oneLine(inline.alt)
  }
}

/** Text on one line: without line breaks, control characters and lone surrogates. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .toWellFormed()
