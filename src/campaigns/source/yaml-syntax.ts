import { CST, Lexer } from 'yaml'
import { nearestName } from '../../kit/words/nearest-name.ts'
import type { Fault } from './fault.ts'

/** Deepest nesting of lists in brackets and braces. A definition needs four; thousands of levels would take minutes to read. */
const MAX_FLOW_NESTING = 12

/** Fields whose values have a closed form, so that no words can be lost behind them: a date, a time, a country or one of a few names. */
const CLOSED_FIELDS = new Set([
  ...['status', 'opened', 'closes', 'doNotUseAfter', 'country', 'date', 'start', 'end', 'until', 'verifiedAt'],
  ...['naming', 'kind', 'locale', 'bound', 'openedKnownTo', 'example', 'invented', 'atRisk', 'cancelled'],
])
/** Fields that are closed in one place and hold words in another. */
const CLOSED_VALUES: Readonly<Record<string, RegExp>> = { by: /^(?:batch|cc)\s*$/, gathered: /^(?:day|week)\s*$/ }
const CLOSED_FORM = /^(?:\d{4}-\d{2}(?:-\d{2})?(?:T[\d:]+)?|[A-Z]{2,3}|[a-z]+(?:-[a-z]+)*|\d+)\s*$/

/** Tokens of the lexer that stand for nothing in the file. */
const CONTROL: ReadonlySet<string> = new Set([CST.BOM, CST.DOCUMENT, CST.FLOW_END, CST.SCALAR])

/**
 * Faults of YAML that is right by its grammar and loses words: an unquoted ` #` begins a comment within a sentence.
 * Also refuses long keys (`? `) and deep nesting, which take too long to read.
 */
export function syntaxFaults(source: string, file: string, firstLine: number): Fault[] {
  const faults: Fault[] = []
  let line = firstLine
  let key = '' // the key of the value at this place
  let unquoted = '' // the unquoted text, with the space after it, that ends at this place
  let depth = 0
  let column = 0
  let parent = 0 // the column of the key or the list sign to which the text belongs
  let above = '' // the unquoted text that ends the line above
  let isText = false // the lexer marks unquoted text and blocks by a token of their own before them
  const fault = (found: string, expected: string) => faults.push({ file, line, found, expected })

  for (const token of new Lexer().lex(source)) {
    const type: string | null = isText ? 'text' : CST.tokenType(token)
    isText = type === 'scalar'
    const cut = unquoted || (column > parent && /^#[^\s#]/.test(token) ? above : '')
    if (type === 'comment' && cut !== '' && !isClosed(key, cut))
      fault(
        `${token.trim()} behind text without quotes, where YAML takes it for a comment`,
        quotesAround(cut, unquoted === '' ? ` ${token}` : token, depth > 0),
      )
    if (type === 'explicit-key-ind')
      fault('? at the beginning of a key', 'a key and a value on one line, such as `key: value`')
    if (type === 'flow-seq-start' || type === 'flow-map-start') depth++
    if (type === 'flow-seq-end' || type === 'flow-map-end') depth--
    if (depth > MAX_FLOW_NESTING) fault('too many brackets within each other', `at most ${MAX_FLOW_NESTING} levels`)
    if (depth > MAX_FLOW_NESTING) return faults
    if (type === 'map-value-ind') key = unquoted.trim()
    if (type === 'map-value-ind') parent = column - unquoted.length
    if (type === 'seq-item-ind') parent = column
    if (type === 'newline' || type === 'text') above = type === 'text' ? '' : unquoted
    if (type === 'text') unquoted = token.endsWith('\n') ? '' : token
    else if (type === 'space' && unquoted !== '') unquoted += token
    else if (type !== 'scalar') unquoted = ''
    const lines = token.split('\n')
    line += lines.length - 1
    if (!CONTROL.has(token)) column = (lines.length > 1 ? 0 : column) + (lines.at(-1)?.length ?? 0)
  }
  return faults
}

/** Whether nothing of the value can be lost. A mistyped key counts as the field that was probably meant. */
function isClosed(typed: string, text: string): boolean {
  const key = nearestName(typed, [...CLOSED_FIELDS]) ?? typed
  return CLOSED_VALUES[typed]?.test(text) ?? (CLOSED_FIELDS.has(key) && CLOSED_FORM.test(text))
}

/** How to write the text with its sign: in a list in brackets and in a key, the comment holds more than the text. */
function quotesAround(unquoted: string, comment: string, inBrackets: boolean): string {
  const rest = inBrackets ? comment.replace(/\s*[,\]}].*$/, '') : comment.replace(/:(?= |$).*$/, '')
  const text = JSON.stringify((unquoted + rest).replace(/\s+/g, ' ').trim())
  return `quotes around the whole text, ${text}; a comment goes on a line of its own`
}
