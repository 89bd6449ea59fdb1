import { Marked, type MarkedToken, type Token } from 'marked'
import { errorMessage } from '../../kit/result.ts'
import { bareLink } from './bare-links.ts'
import type { Fault } from './fault.ts'

/** A tag of the mail markup. Has no meaning here and is shown as text. */
const MAIL_MARKUP = /^ {0,3}<\/?mj/i

const marked = new Marked({
  tokenizer: {
    html: (source) => (MAIL_MARKUP.test(source) ? undefined : false),
    url: bareLink,
    tag: (source) => (MAIL_MARKUP.test(source) ? undefined : false),
  },
})

/** A token and its first line in the file. */
export type TokenAtLine = { token: MarkedToken; line: number }

/** The top-level tokens of a Markdown text. A parser error becomes a fault. */
export function lex(text: string, file: string, firstLine: number): { tokens: TokenAtLine[]; faults: Fault[] } {
  try {
    return { tokens: tokensAtLines(marked.lexer(text), firstLine), faults: [] }
  } catch (error) {
    const found = `Markdown that cannot be read (${errorMessage(error)})`
    return { tokens: [], faults: [{ file, line: firstLine, found, expected: 'paragraphs, lists and quotes' }] }
  }
}

/**
 * Adds line numbers to tokens. Counts in the raw text, which marked preserves; quotes and lists lose their markers but
 * no lines.
 */
export function tokensAtLines(tokens: readonly Token[], firstLine: number): TokenAtLine[] {
  let line = firstLine
  return tokens.map((token) => {
    const here = { token: token as MarkedToken, line }
    line += token.raw.split('\n').length - 1
    return here
  })
}
