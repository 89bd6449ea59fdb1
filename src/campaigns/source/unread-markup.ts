import type { Token } from 'marked'
import type { Fault } from './fault.ts'
import type { Yaml } from './yaml.ts'

/** Warnings about markup that was probably meant: nothing reads it, so readers see the signs. */

const ADDRESS = '(?:https?:|mailto:|tel:|www\\.|/)'
const LINK = '[words](address), without a space between or inside'
const EMPHASIS = 'two signs without spaces inside them, such as **words** (write \\* or \\_ for the sign itself)'

/** Each pattern with the way to write what it means. The first that fits a place is reported. */
const PATTERNS: ReadonlyArray<[pattern: RegExp, expected: string]> = [
  [new RegExp(`!?\\[[^\\]\\n]+\\]\\s+\\(\\s*${ADDRESS}[^)\\n]*\\)?`, 'u'), LINK],
  [new RegExp(`\\([^)\\n]+\\)\\s*\\[\\s*${ADDRESS}[^\\]\\n]*\\]`, 'u'), LINK],
  [/!?\[[^\]\n]*\]\([^)\n]*\)?/u, LINK],
  [/\[\[[^\]\n]+\]\]|\[\^[^\]\n]+\]|\[[^\]\n]+\]\[[^\]\n]*\]/u, LINK],
  [/\[\/?(?:b|i|u|url|img|quote)(?:=[^\]\n]*)?\]/iu, 'Markdown: **words**, *words* or [words](address)'],
  [new RegExp(`<(?=${ADDRESS})\\S+`, 'u'), '<address>, without spaces'],
  [/\*\*\S*|__\S*/u, EMPHASIS],
  [/(?<![\p{L}\p{N}*])\*(?=[\p{L}\p{N}«“"'(])\S+|\S*(?<=[\p{L}\p{N}.,!?»”)])\*(?![\p{L}\p{N}*])/u, EMPHASIS],
  [/(?<![\p{L}\p{N}_])_(?=[\p{L}\p{N}«“"'(])\S+|\S*(?<=[\p{L}\p{N}.,!?»”)])_(?![\p{L}\p{N}_])/u, EMPHASIS],
  [/^[ \t]*#{1,6}(?=[^\s#\d])[^\n]*/mu, '### and a space before a heading (write \\# for the sign itself)'],
  [
    /^[ \t]*(?:[•◦▪‣●∙·*][ \t]*(?=\S)|[-+–—](?=\p{L})|\d{1,3}[.)](?=\p{L}))[^\n]*/mu,
    'a list: a blank line, then each item after “- ” or “1. ”',
  ],
  [/^[ \t]*\|[^\n]*\|/mu, 'a list: tables do not fit a mail on a telephone'],
  [
    /&(?:amp|lt|gt|quot|apos|nbsp|shy|copy|[lr]aquo|[lr][sd]quo|[mn]dash|hellip|eacute)(?![\p{L}\p{N};=])/iu,
    'the character itself',
  ],
  [/~~\S*|`[^\n`]*/u, 'plain text: struck-out text and code are not supported'],
]

/** Stands for a piece that is read: an escaped character, or a link with words. */
const READ = '\uFFFC'

/** Warnings about the inline tokens of a block that begins on `firstLine`: one for each pattern. */
export const unreadMarkup = (tokens: readonly Token[], file: string, firstLine: number): Fault[] =>
  warningsIn(literalOf(tokens), file, (index, text) => firstLine + text.slice(0, index).split('\n').length - 1)

function warningsIn(text: string, file: string, lineAt: (index: number, text: string) => number): Fault[] {
  const warnings: Fault[] = []
  let left = text
  for (const [pattern, expected] of PATTERNS) {
    const match = pattern.exec(left)
    if (match === null) continue
    warnings.push({ file, line: lineAt(match.index, left), found: match[0].trim().replaceAll(READ, '…'), expected })
    left = left.slice(0, match.index) + match[0].replace(/[^\n]/g, READ) + left.slice(match.index + match[0].length)
  }
  return warnings
}

/** The text that nothing has read. A bare link stays, since it may be the address of a link with a space too many. */
const literalOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => {
      if (token.type === 'escape' || token.type === 'codespan' || token.type === 'image') return readAs(token)
      if (token.type === 'link') return token.raw === token.text ? bareOf(token.raw) : readAs(token)
      return 'tokens' in token && token.tokens !== undefined ? literalOf(token.tokens) : token.raw
    })
    .join('')

/** A sign for the whole piece, on as many lines. */
const readAs = ({ raw }: Token): string => READ + raw.replace(/[^\n]/g, '')

/** A bare link without the signs that other patterns look for. */
const bareOf = (link: string): string => link.replace(/[*_~`#|&[\]()]/g, READ)

/** Markdown, HTML or character references in the front matter, where none is read. */
const IN_FIELDS = /\*\*\S*|__\S*|\[[^\]\n]+\]\s*\([^)\n]*\)?|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]+);|<\/?[a-z][^>\n]*>/iu

/** Warnings about markup in the fields of the front matter. */
export function markupInFields(yaml: Yaml, file: string): Fault[] {
  const warnings: Fault[] = []
  const visit = (value: unknown, path: readonly PropertyKey[]): void => {
    const [found] = typeof value === 'string' ? (IN_FIELDS.exec(value) ?? []) : []
    if (found !== undefined)
      warnings.push({ file, line: yaml.lineOf(path), found, expected: 'plain text: the front matter has no markup' })
    if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, [...path, i])
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key])
  }
  visit(yaml.value, [])
  return warnings
}
