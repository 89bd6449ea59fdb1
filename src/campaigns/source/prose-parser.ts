import type { MarkedToken, Token } from 'marked'
import { isOwnPath, isWebAddress, linkAdvice, linkOf } from '../../security/links.ts'
import type { Block, Inline, Prose } from '../text/prose.ts'
import type { Fault } from './fault.ts'
import { type TokenAtLine, tokensAtLines } from './markdown.ts'
import { unreadMarkup } from './unread-markup.ts'

/** Deepest nesting of lists and quotes. Deeper nesting is a typing error, and all readers of the tree are recursive. */
const MAX_NESTING = 12

/**
 * A character reference, such as `&amp;`. The text part of a mail would show it literally, so authors write the
 * character itself.
 */
const REFERENCE = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i

const UNSUPPORTED: Record<string, string> = {
  code: 'plain text: code blocks are not supported (a line indented by four spaces becomes one)',
  codespan: 'plain text: code in backticks is not supported',
  table: 'a list: tables do not fit a mail on a telephone',
  del: 'plain text: struck-out text is not supported (write \\~ for a tilde)',
  checkbox: 'a plain list item, without a box to tick',
}

/** Parses tokens into prose. Unsupported Markdown, unsafe links and deep nesting become faults and are left out. Markup that was
 * probably meant and is not read becomes warnings. */
export function parseProse(
  tokens: readonly TokenAtLine[],
  file: string,
): { prose: Prose; faults: Fault[]; warnings: Fault[] } {
  const parser = new ProseParser(file)
  return { prose: parser.blocks(tokens, 0), faults: parser.faults, warnings: parser.warnings }
}

class ProseParser {
  readonly faults: Fault[] = []
  readonly warnings: Fault[] = []
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  blocks(tokens: readonly TokenAtLine[], depth: number): Block[] {
    return tokens.flatMap((at) => (depth > MAX_NESTING ? this.#tooDeep(at.line) : this.#block(at, depth)))
  }

  #block({ token, line }: TokenAtLine, depth: number): Block[] {
    switch (token.type) {
      case 'space':
      case 'def':
        return []
      case 'paragraph':
      case 'text':
        this.warnings.push(...unreadMarkup(token.tokens ?? [token], this.#file, line))
        return [{ kind: 'paragraph', children: this.#inlines(token.tokens ?? [token], line, depth + 1) }]
      case 'heading':
        this.warnings.push(...unreadMarkup(token.tokens, this.#file, line))
        return [{ kind: 'heading', children: this.#inlines(token.tokens, line, depth + 1) }]
      case 'list': {
        const items = tokensAtLines(token.items, line).map(({ token: item, line }) =>
          this.blocks(tokensAtLines('tokens' in item ? (item.tokens ?? []) : [], line), depth + 1),
        )
        return [{ kind: 'list', ordered: token.ordered, start: token.start === '' ? 1 : token.start, items }]
      }
      case 'blockquote':
        return [{ kind: 'quote', children: this.blocks(tokensAtLines(token.tokens, line), depth + 1) }]
      case 'hr':
        return [{ kind: 'rule' }]
      default:
        return this.#unsupported(token, line)
    }
  }

  #inlines(tokens: readonly Token[], firstLine: number, depth: number): Inline[] {
    const pieces = tokensAtLines(tokens, firstLine)
    return mergeTexts(pieces.flatMap((at) => (depth > MAX_NESTING ? this.#tooDeep(at.line) : this.#inline(at, depth))))
  }

  #inline({ token, line }: TokenAtLine, depth: number): Inline[] {
    switch (token.type) {
      case 'text':
        if (token.tokens !== undefined) return this.#inlines(token.tokens, line, depth + 1)
        return this.#literal(token.text, line)
      case 'escape':
        return [{ kind: 'text', text: token.text }]
      case 'strong':
        return [{ kind: 'strong', children: this.#inlines(token.tokens, line, depth + 1) }]
      case 'em':
        return [{ kind: 'emphasis', children: this.#inlines(token.tokens, line, depth + 1) }]
      case 'br':
        return [{ kind: 'break' }]
      case 'link':
        return this.#link(token.href, token.text, line, () => this.#inlines(token.tokens, line, depth + 1))
      case 'image':
        return this.#image(token.href, token.text, line)
      default:
        return this.#unsupported(token, line)
    }
  }

  #link(url: string, text: string, line: number, children: () => Inline[]): Inline[] {
    const link = linkOf(url)
    if (link === null) return this.#fault(line, `a link to ${url || 'nothing'}`, linkAdvice(url))
    if (text.trim() === '') return this.#fault(line, `a link to ${url} without words`, '[words](address)')
    return [{ kind: 'link', url: link, children: children() }]
  }

  #image(url: string, text: string, line: number): Inline[] {
    const source = linkOf(url)
    if (source === null || !isSafeImage(source))
      return this.#fault(line, `an image at ${url || 'nothing'}`, 'an address with https:// or /')
    const alt = text.replace(/\s+/g, ' ').trim()
    if (alt === '')
      return this.#fault(line, 'an image without words for those who do not see it', '![what it shows](address)')
    return [{ kind: 'image', url: source, alt }]
  }

  #literal(text: string, line: number): Inline[] {
    const reference = REFERENCE.exec(text)
    if (reference !== null) {
      const at = line + text.slice(0, reference.index).split('\n').length - 1
      return this.#fault(at, reference[0], 'the character itself (write \\& if the text is about the sign)')
    }
    return [{ kind: 'text', text: text.replace(/\s*\n\s*/g, ' ') }]
  }

  #unsupported(token: MarkedToken, line: number): [] {
    const found = firstLineOf(token.raw)
    return token.type === 'html'
      ? this.#fault(line, `raw HTML, ${found}`, 'Markdown (write \\< to show the sign itself)')
      : this.#fault(line, found, UNSUPPORTED[token.type] ?? 'paragraphs, lists, quotes, links and images')
  }

  #tooDeep(line: number): [] {
    return this.#fault(line, 'too much nesting', `at most ${MAX_NESTING} levels within each other`)
  }

  #fault(line: number, found: string, expected: string): [] {
    this.faults.push({ file: this.#file, line, found, expected })
    return []
  }
}

const firstLineOf = (raw: string): string => raw.trim().split('\n')[0] ?? ''

/** Merges adjacent texts, so that a sentence with an escaped character is one text. */
function mergeTexts(pieces: readonly Inline[]): Inline[] {
  const whole: Inline[] = []
  for (const piece of pieces) {
    const last = whole.at(-1)
    if (piece.kind === 'text' && last?.kind === 'text') last.text += piece.text
    else whole.push(piece)
  }
  return whole
}

const isSafeImage = (url: string): boolean => isOwnPath(url) || (/^https:/i.test(url) && isWebAddress(url))
