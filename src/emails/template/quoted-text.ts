import { TEXT_COLUMNS, wrap } from '../../campaigns/text/prose-text.ts'
import { oneLine } from '../../kit/characters.ts'
import { dataToHtml } from './escape.ts'
import { RULE_HTML } from './prose-html.ts'

// Plain text that a mail repeats, such as letters in a receipt, with the marks that `proseText` gives paragraphs, lists and rules.

const MARK = /^(?:(\d{1,4})\. |- )/
const RULE = '* * *'
const START = 'text-align:start'

/** Lines of plain text as HTML: paragraphs, lists and rules. Each has the direction of its own words. */
export const quotedHtml = (text: string): string =>
  text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block) => blockHtml(block.split('\n')))
    .join('\n')

function blockHtml(lines: readonly string[]): string {
  const [first = ''] = lines
  if (first === RULE) return RULE_HTML
  const mark = MARK.exec(first)
  if (mark === null) return `<p dir="auto" style="margin:0 0 16px;${START}">${unwrapped(lines, TEXT_COLUMNS)}</p>`
  const items: Array<{ columns: number; lines: string[] }> = []
  for (const line of lines) {
    const [own = ''] = MARK.exec(line) ?? []
    if (own !== '') items.push({ columns: TEXT_COLUMNS - own.length, lines: [line.slice(own.length)] })
    else items.at(-1)?.lines.push(line.trimStart())
  }
  const [tag, start] = mark[1] === undefined ? ['ul', ''] : ['ol', mark[1] === '1' ? '' : ` start="${mark[1]}"`]
  const inner = items.map(({ columns, lines }) => `<li style="margin:0 0 8px">${unwrapped(lines, columns)}</li>`)
  return `<${tag}${start} dir="auto" style="margin:0 0 16px;padding:0 26px;${START}">${inner.join('')}</${tag}>`
}

/** Escaped lines, with the breaks that somebody meant. Where `wrap` broke a line because the next word was too long, it is whole again. */
function unwrapped(lines: readonly string[], columns: number): string {
  let whole = ''
  let before: number | undefined
  for (const line of lines) {
    const [word = ''] = line.split(' ', 1)
    const isWrapped = before !== undefined && before <= columns && before + 1 + [...word].length > columns
    whole += (before === undefined ? '' : isWrapped ? ' ' : '<br>') + dataToHtml(oneLine(line))
    before = [...line].length
  }
  return whole
}

/** The same lines for the text part, none longer than a mail's. */
export const quotedText = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.length > TEXT_COLUMNS ? wrap(oneLine(line)) : oneLine(line)))
    .join('\n')
