import type { Document, LineCounter, YAMLError } from 'yaml'
import { isScalar, visit } from 'yaml'
import type { Fault } from './fault.ts'

/** What is wrong with YAML that does not parse, in an organiser's words. */

type YamlMistake = { line: number; found: string; expected: string }

const INDENTED = 'the keys of one part exactly under each other, and each part two spaces to the right of its own key'
const GENERAL = 'one `key: value` a line, parts indented by two spaces, text with a colon in it in quotes'

/** Mistakes that leave the rest of the file readable. After any other, the parser's further errors are its consequences. */
const ALONE: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'BAD_SCALAR_START', 'TAG_RESOLVE_FAILED', 'BAD_DQ_ESCAPE'])

/** Faults of a document that could not be parsed: one for each mistake, at its line, without the parser's own terms. */
export function yamlMistakes(
  source: string,
  document: Document,
  lines: LineCounter,
  place: { file: string; firstLine: number },
): Fault[] {
  const text = source.split('\n')
  const mistakes: YamlMistake[] = []
  for (const error of [...document.errors, ...document.warnings]) {
    const mistake = mistakeOf(error, document, lines, text)
    if (!mistakes.some(({ line }) => line === mistake.line)) mistakes.push(mistake)
    if (!ALONE.has(error.code)) break
  }
  return mistakes.map(({ line, ...words }) => ({ file: place.file, line: line + place.firstLine - 1, ...words }))
}

function mistakeOf(
  { code, pos, message }: YAMLError,
  document: Document,
  lines: LineCounter,
  text: string[],
): YamlMistake {
  const line = lines.linePos(pos[0]).line
  const here = text[line - 1] ?? ''
  switch (code) {
    case 'TAB_AS_INDENT':
      return tabs(text, line)
    case 'DUPLICATE_KEY':
      return { line, found: `${keyIn(here)} a second time`, expected: 'each key once in its part' }
    case 'BAD_DQ_ESCAPE':
      return { line, found: 'a backslash in double quotes', expected: 'two backslashes, \\\\, for one' }
    case 'BAD_SCALAR_START':
    case 'TAG_RESOLVE_FAILED':
      return begins(line, here)
    case 'MISSING_CHAR':
      if (message.includes('quote')) {
        const at = lastQuoted(document)
        const expected = 'the same quotation mark at the end of the text'
        return {
          line: at === undefined ? line : lines.linePos(at).line,
          found: 'a quotation mark that is never closed',
          expected,
        }
      }
      return withoutColon(line, here)
    case 'UNEXPECTED_TOKEN':
      return unexpected(line, here)
    case 'BAD_INDENT':
      if (message.startsWith('Flow')) return openBracket(text, line)
      return /^[ -]*\t/.test(text[line - 2] ?? '') ? tabs(text, line - 1) : misplaced(line, here)
    case 'MULTIPLE_DOCS':
      return { line, found: 'a line of three hyphens', expected: 'no such line here' }
    default:
      return keyInText(text, line)
  }
}

function tabs(text: readonly string[], line: number): YamlMistake {
  const more = text.slice(line).filter((one) => /^[ -]*\t/.test(one)).length
  const others = more === 0 ? '' : ` (and of ${more} more)`
  return {
    line,
    found: `a tab at the beginning of the line${others}`,
    expected: 'spaces, two for each step to the right',
  }
}

/** A key where a text was expected: nearly always a colon in the text. Else a line further right than its neighbours, or no key. */
function keyInText(text: readonly string[], line: number): YamlMistake {
  const here = text[line - 1] ?? ''
  const [, key, value = ''] = /^\s*(?:- +)*(?:([^\s:]+): +)?(.*)$/.exec(here) ?? []
  if (/[^\s:]:(?: |$)/.test(value) && !/^["'[{]/.test(value)) {
    const quoted = JSON.stringify(value.trim())
    const expected = `quotes around the text: ${key === undefined ? quoted : `${key}: ${quoted}`}`
    return { line, found: `a colon in text without quotes, ${cut(value)}`, expected }
  }
  if (/^[[{]/.test(value)) {
    const expected = `a comma between the values, and quotes around each text that holds a colon, as in { en: "Note: closed" }`
    return { line, found: `a colon where ${value[0]} … ${value[0] === '[' ? ']' : '}'} holds a text`, expected }
  }
  const next = text[line] ?? ''
  if (indentOf(next) > indentOf(here) && /:(?: |$)/.test(next)) return misplaced(line + 1, next)
  return withoutColon(line, here)
}

const withoutColon = (line: number, here: string): YamlMistake =>
  /^\s*-/.test(here)
    ? misplaced(line, here)
    : {
        line,
        found: `a line without “: ”, ${cut(here)}`,
        expected: '`key: value`, with a colon and a space behind the key',
      }

const misplaced = (line: number, here: string): YamlMistake => ({
  line,
  found: `a line that is not under its neighbours, ${cut(here)}`,
  expected: INDENTED,
})

function unexpected(line: number, here: string): YamlMistake {
  const value = valueIn(here)
  const [mark] = value
  if (mark === '"' || mark === "'") {
    const plain = value.endsWith(mark) ? value.slice(1, -1) : value
    const whole = plain.includes("'") && !plain.includes('"') ? `"${plain}"` : `'${plain.replaceAll("'", "''")}'`
    return {
      line,
      found: `text behind a closing quotation mark, ${cut(value)}`,
      expected: `one pair around it all: ${whole}`,
    }
  }
  if (mark !== undefined && /[*&!|>%@`]/.test(mark)) return begins(line, here)
  return { line, found: `a sign that has no meaning here, ${cut(here)}`, expected: GENERAL }
}

function begins(line: number, here: string): YamlMistake {
  const value = valueIn(here)
  return { line, found: `text that begins with ${value[0]}`, expected: `quotes around it: ${JSON.stringify(value)}` }
}

function openBracket(text: readonly string[], line: number): YamlMistake {
  const count = (one: string, sign: RegExp) => (one.match(sign) ?? []).length
  const at = text.slice(0, line).findLastIndex((one) => count(one, /[[{]/g) > count(one, /[\]}]/g))
  const bracket = /[[{](?=[^[{]*$)/.exec(text[at] ?? '')?.[0] ?? '['
  const expected = `${bracket === '[' ? ']' : '}'} at the end of the same line`
  return { line: at === -1 ? line : at + 1, found: `${bracket} that is never closed`, expected }
}

/** Offset of the last text in quotes: the one that reaches to the end of the file. */
function lastQuoted(document: Document): number | undefined {
  let last: number | undefined
  visit(document, (_, node) => {
    if (isScalar(node) && node.type?.startsWith('QUOTE')) last = node.range?.[0]
  })
  return last
}

const indentOf = (line: string): number => line.length - line.trimStart().length
const keyIn = (line: string): string => /^\s*(?:- +)?([^:]*)/.exec(line)?.[1] ?? ''
const valueIn = (line: string): string => /^\s*(?:- +)*(?:[^\s:]+: +)?(.*)$/.exec(line)?.[1]?.trim() ?? ''

/** Most characters of a line in a message: enough to find the place. */
const SHOWN_CHARS = 60
const cut = (line: string): string =>
  line.length > SHOWN_CHARS ? `${line.trim().slice(0, SHOWN_CHARS)}…` : line.trim()
