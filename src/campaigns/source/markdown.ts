import { Marked, type MarkedToken, type Token } from 'marked'
import { errorMessage } from '../../kit/result.ts'
import type { Block, Inline, Prose } from '../text/prose.ts'
import type { Fault } from './fault.ts'

/** Depth of lists in quotes in lists: deeper is a slip of the keyboard, and every reader of the tree recurses. */
const MAX_NESTING = 12

/** An opening or closing tag of the mail markup. It means nothing here: text like any other, and shown as such. */
const MAIL_MARKUP = /^ {0,3}<\/?mj/i

/** A character reference: shown literally in a mail's text part, so the character itself has to stand there. */
const REFERENCE = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i

const UNSUPPORTED: Record<string, string> = {
  code: 'plain text: code blocks are not supported (a line indented by four spaces becomes one)',
  codespan: 'plain text: code in backticks is not supported',
  table: 'a list: tables do not fit a mail on a telephone',
  del: 'plain text: struck-out text is not supported (write \\~ for a tilde)',
  checkbox: 'a plain list item, without a box to tick',
}

const marked = new Marked({
  tokenizer: {
    html: (source) => (MAIL_MARKUP.test(source) ? undefined : false),
    tag: (source) => (MAIL_MARKUP.test(source) ? undefined : false),
  },
})

/** A token and the line of its file on which it begins. */
export type TokenAtLine = { token: MarkedToken; line: number }

/** The top-level tokens of a text. Whatever Markdown that cannot be read throws becomes a fault. */
export function lex(text: string, file: string, firstLine: number): { tokens: TokenAtLine[]; faults: Fault[] } {
  try {
    return { tokens: tokensAtLines(marked.lexer(text), firstLine), faults: [] }
  } catch (error) {
    const found = `Markdown that cannot be read (${errorMessage(error)})`
    return { tokens: [], faults: [{ file, line: firstLine, found, expected: 'paragraphs, lists and quotes' }] }
  }
}

/** Lines are counted through the raw text, which marked keeps whole; quotes and lists lose their markers, never a line. */
function tokensAtLines(tokens: readonly Token[], firstLine: number): TokenAtLine[] {
  let line = firstLine
  return tokens.map((token) => {
    const here = { token: token as MarkedToken, line }
    line += token.raw.split('\n').length - 1
    return here
  })
}

export function parseProse(tokens: readonly TokenAtLine[], file: string): { prose: Prose; faults: Fault[] } {
  const faults: Fault[] = []
  const fault = (line: number, found: string, expected: string): [] => {
    faults.push({ file, line, found, expected })
    return []
  }
  const tooDeep = (line: number) => fault(line, 'too much nesting', `at most ${MAX_NESTING} levels within each other`)

  const blocks = (within: readonly TokenAtLine[], depth: number): Block[] =>
    within.flatMap(({ token, line }): Block[] => {
      if (depth > MAX_NESTING) return tooDeep(line)
      switch (token.type) {
        case 'space':
        case 'def':
          return []
        case 'paragraph':
        case 'text':
          return [{ kind: 'paragraph', children: inlines(tokensAtLines(token.tokens ?? [token], line), depth + 1) }]
        case 'heading':
          return [{ kind: 'heading', children: inlines(tokensAtLines(token.tokens, line), depth + 1) }]
        case 'list': {
          const items = tokensAtLines(token.items, line).map(({ token: item, line }) =>
            blocks(tokensAtLines('tokens' in item ? (item.tokens ?? []) : [], line), depth + 1),
          )
          return [{ kind: 'list', ordered: token.ordered, start: token.start === '' ? 1 : token.start, items }]
        }
        case 'blockquote':
          return [{ kind: 'quote', children: blocks(tokensAtLines(token.tokens, line), depth + 1) }]
        case 'hr':
          return [{ kind: 'rule' }]
        default:
          return unsupported(token, line)
      }
    })

  const inlines = (within: readonly TokenAtLine[], depth: number): Inline[] =>
    mergeTexts(
      within.flatMap(({ token, line }): Inline[] => {
        if (depth > MAX_NESTING) return tooDeep(line)
        switch (token.type) {
          case 'text':
            if (token.tokens !== undefined) return inlines(tokensAtLines(token.tokens, line), depth + 1)
            return literal(token.text, line)
          case 'escape':
            return [{ kind: 'text', text: token.text }]
          case 'strong':
            return [{ kind: 'strong', children: inlines(tokensAtLines(token.tokens, line), depth + 1) }]
          case 'em':
            return [{ kind: 'emphasis', children: inlines(tokensAtLines(token.tokens, line), depth + 1) }]
          case 'br':
            return [{ kind: 'break' }]
          case 'link': {
            if (!isSafeLink(token.href)) {
              const found = `a link to ${token.href || 'nothing'}`
              return fault(line, found, 'an address that starts with https://, mailto:, tel: or /')
            }
            if (token.text.trim() === '')
              return fault(line, `a link to ${token.href} without words`, '[words](address)')
            return [{ kind: 'link', url: token.href, children: inlines(tokensAtLines(token.tokens, line), depth + 1) }]
          }
          case 'image': {
            const { href: url, text } = token
            if (!isSafeImage(url))
              return fault(line, `an image at ${url || 'nothing'}`, 'an address with https:// or /')
            const alt = text.replace(/\s+/g, ' ').trim()
            if (alt === '')
              return fault(line, `an image without words for those who do not see it`, '![what it shows](address)')
            return [{ kind: 'image', url, alt }]
          }
          default:
            return unsupported(token, line)
        }
      }),
    )

  const literal = (text: string, line: number): Inline[] => {
    const reference = REFERENCE.exec(text)
    if (reference !== null) {
      const at = line + text.slice(0, reference.index).split('\n').length - 1
      return fault(at, reference[0], 'the character itself (write \\& if the text is about the sign)')
    }
    return [{ kind: 'text', text: text.replace(/\s*\n\s*/g, ' ') }]
  }

  const unsupported = (token: MarkedToken, line: number): [] =>
    token.type === 'html'
      ? fault(line, `raw HTML, ${firstLineOf(token.raw)}`, 'Markdown (write \\< to show the sign itself)')
      : fault(line, firstLineOf(token.raw), UNSUPPORTED[token.type] ?? 'paragraphs, lists, quotes, links and images')

  return { prose: blocks(tokens, 0), faults }
}

const firstLineOf = (raw: string): string => raw.trim().split('\n')[0] ?? ''

/** Neighbouring pieces of text as one, so that a sentence with an escaped sign in it is still one text. */
function mergeTexts(pieces: readonly Inline[]): Inline[] {
  const whole: Inline[] = []
  for (const piece of pieces) {
    const last = whole.at(-1)
    if (piece.kind === 'text' && last?.kind === 'text') last.text += piece.text
    else whole.push(piece)
  }
  return whole
}

/** A path of our own site. `//host` and `/\host` are addresses elsewhere (WHATWG URL §4.4). */
const isOwnPath = (url: string): boolean => /^\/(?![/\\])[^\s\\]*$/.test(url)

const isSafeLink = (url: string): boolean =>
  isOwnPath(url) || (/^(https?:\/\/|mailto:|tel:)\S+$/i.test(url) && URL.canParse(url))

const isSafeImage = (url: string): boolean => isOwnPath(url) || (/^https:\/\/\S+$/i.test(url) && URL.canParse(url))
