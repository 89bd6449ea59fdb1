import { clean } from '../../kit/characters.ts'
import { closeIsolates } from './isolates.ts'
import type { Block, Inline, Prose } from './prose.ts'

/** Columns of plain text. With a quote mark or two, a line stays within 78 (RFC 5322 §2.1.1). */
export const TEXT_COLUMNS = 76

/** Prose as plain text. Links become `text <url>`. */
export const proseText = (prose: Prose, columns = TEXT_COLUMNS): string =>
  prose.map((block) => blockText(block, columns)).join('\n\n')

function blockText(block: Block, columns: number): string {
  switch (block.kind) {
    case 'paragraph':
      return wrap(inlineText(block.children), columns)
    case 'heading':
      return titled(inlineText(block.children), columns)
    case 'list':
      return block.items
        .map((item, index) => {
          const mark = block.ordered ? `${block.start + index}. ` : '- '
          return hang(mark, proseText(item, columns - mark.length))
        })
        .join('\n')
    case 'quote':
      return proseText(block.children, columns - 2)
        .split('\n')
        .map((line) => `> ${line}`.trimEnd())
        .join('\n')
    case 'rule':
      return '* * *'
  }
}

const inlineText = (children: readonly Inline[]): string => children.map(oneInline).join('')

function oneInline(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return clean(inline.text).replace(/\s+/g, ' ')
    case 'strong':
      return `*${inlineText(inline.children)}*`
    case 'emphasis':
      return `_${inlineText(inline.children)}_`
    case 'break':
      return '\n'
    case 'link':
      return linkText(inlineText(inline.children), inline.url)
    case 'image':
      return linkText(clean(inline.alt), inline.url)
  }
}

/** A link as `text <url>`, or only the URL when the text is the URL. */
function linkText(text: string, url: string): string {
  const target = clean(url)
  const bare = target.replace(/^(mailto:|https?:\/\/)/, '')
  return text === '' || text === target ? `<${target}>` : text === bare ? text : `${text} <${target}>`
}

/** A heading with a line below. */
export function titled(title: string, columns = TEXT_COLUMNS): string {
  const lines = wrap(title, columns)
  const width = Math.max(...lines.split('\n').map((line) => [...line].length))
  return `${lines}\n${'-'.repeat(width)}`
}

/** Puts a mark before the first line and the same width of spaces before other non-empty lines. */
export const hang = (mark: string, text: string): string =>
  mark + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)

/** A list item with its number, or with a hyphen. */
export function item(text: string, number?: number): string {
  const mark = number === undefined ? '- ' : `${number}. `
  return hang(mark, wrap(text, TEXT_COLUMNS - mark.length))
}

export const indent = (text: string): string => `  ${wrap(text, TEXT_COLUMNS - 2).replaceAll('\n', '\n  ')}`

/** One channel of a contact. Address lines are never wrapped, because a broken address does not work. */
export const wayText = (label: string, lines: readonly string[]): string => hang(`  ${label}: `, lines.join('\n'))

/** Wraps lines at spaces. A word longer than the line, such as an address, stays whole. */
export const wrap = (text: string, columns = TEXT_COLUMNS): string =>
  text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n')

function wrapLine(line: string, columns: number): string {
  const lines: string[] = []
  let current = ''
  let width = 0
  for (const word of line.split(' ').filter((part) => part !== '')) {
    const size = [...word].length
    if (current !== '' && width + 1 + size > columns) {
      lines.push(current)
      current = ''
      width = 0
    }
    width += current === '' ? size : 1 + size
    current += current === '' ? word : ` ${word}`
  }
  return closeIsolates([...lines, current]).join('\n')
}

/** Removes extra blank lines left by empty blocks. */
export const tidy = (text: string): string =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
