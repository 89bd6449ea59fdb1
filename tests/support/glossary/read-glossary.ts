import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'strings/glossary.md'

/** A row of a table: its two cells and its line in the file. */
type Row = { line: number; left: string; right: string }

/** One language's part of the glossary. `address` and `typography` are prose. */
export type GlossarySection = {
  locale: string
  address: string
  typography: string
  terms: Row[]
  banned: Row[]
}

/** The parts of strings/glossary.md, one a language. */
export function readGlossary(root: string): GlossarySection[] {
  const sections: GlossarySection[] = []
  let heading = ''
  for (const [index, line] of readFileSync(join(root, FILE), 'utf8').split('\n').entries()) {
    const locale = /^## .*\(([a-z-]+)\)$/.exec(line)?.[1]
    const section = sections.at(-1)
    if (locale !== undefined) sections.push({ locale, address: '', typography: '', terms: [], banned: [] })
    else if (line.startsWith('### ')) heading = line.slice(4)
    else if (section !== undefined) addLine(section, heading, line, index + 1)
  }
  return sections
}

function addLine(section: GlossarySection, heading: string, text: string, line: number) {
  if (heading === 'Form of address') section.address += text
  if (heading === 'Typography') section.typography += text
  const [left, right] = text.split('|').slice(1, -1)
  if (left === undefined || right === undefined) return
  const row = { line, left: left.trim(), right: right.trim() }
  if (/^-*$/.test(row.left) && /^-+$/.test(row.right)) return
  if (heading === 'Terms' && row.right !== 'Meaning' && row.right !== 'Here') section.terms.push(row)
  if (heading === 'Not to be used' && row.right !== 'But') section.banned.push(row)
}

/** Finds a form that must not occur: whole words, in any case; `*` is any letters. ` / ` separates several forms. */
export function bannedPattern(cell: string): RegExp {
  const forms = cell.split(' / ').map((form) =>
    form
      .trim()
      .split(/\s+/)
      .map((word) => escaped(word).replaceAll('\\*', String.raw`\p{L}*`))
      .join(String.raw`\s+`),
  )
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${forms.join('|')})(?![\p{L}\p{N}])`, 'iu')
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** The share of a word that no ending changes, and the length up to which a word is taken whole. */
const STEM_SHARE = 0.6
const WHOLE_WORD_LETTERS = 4

/** Finds a term in any of its forms. `,` and ` / ` separate alternatives; what stands in brackets is a note. */
export function termPattern(cell: string): RegExp {
  const alternatives = cell
    .replace(/\([^)]*\)/g, '')
    .split(/,| \/ |، /)
    .map((alternative) => alternative.trim())
    .filter((alternative) => alternative !== '')
    .map((alternative) => alternative.split(/\s+/).map(stemPattern).join(String.raw`[\s\p{P}]+`))
  return new RegExp(String.raw`(?<!\p{L})(?:${alternatives.join('|')})`, 'iu')
}

function stemPattern(word: string): string {
  const arabic = /\p{Script=Arabic}/u.test(word)
  const bare = arabic ? word.replace(/^ال/, '') : word
  const stem = escaped(bare.length > WHOLE_WORD_LETTERS ? bare.slice(0, Math.ceil(bare.length * STEM_SHARE)) : bare)
  return `${arabic ? String.raw`\p{L}*` : ''}${stem}${String.raw`\p{L}*`}`
}
