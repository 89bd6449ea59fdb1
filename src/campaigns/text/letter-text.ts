import type { Block, Inline, Prose } from './prose.ts'

/**
 * Prose as somebody would type it into a mail of their own: a paragraph is one line, which their program wraps, and nothing is marked as
 * strong or emphasised. Lines end with `\n`. One entry for each paragraph; a list stays with the paragraph that leads up to it, as
 * neither says anything without the other.
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

/** A mark before the first line, and as much space before the others that are not empty. */
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
      const leadsNowhere = inline.url.startsWith('/') || inline.url === words // a path of our own site is none in a mail
      return leadsNowhere ? words : `${words} <${oneLine(inline.url)}>`
    }
    case 'image':
      return oneLine(inline.alt)
  }
}

/** Text that stays on one line wherever it is put: no line break of any kind, no control character, no half of a character. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .toWellFormed()
