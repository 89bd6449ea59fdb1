import { characters } from './characters.gen.ts'

/** Invisible characters: possible line breaks and direction marks. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\u2066-\u2069\ufeff]/g
/** Characters that the font lacks, each with characters of the font that look alike or are read alike. */
const ALIKE: Readonly<Record<string, string>> = {
  '\t': ' ',
  '\u2028': '\n',
  '\u2029': '\n',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u2009': ' ',
  '\u2007': '\u00a0',
  '\u202f': '\u00a0',
  '\u2010': '-',
  '\u2011': '-',
  '→': '->',
  '⇒': '=>',
  '←': '<-',
  '↔': '<->',
  '≤': '<=',
  '≥': '>=',
  '➔': '->',
  '▪': '•',
  '●': '•',
  '\u2015': '—',
}
const HAS_ALIKE = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'g')

/** Text as written into a PDF: NFC, so that every character has one glyph; invisible characters removed. */
export const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(HAS_ALIKE, (character) => ALIKE[character] ?? character)

/**
 * Whether the embedded font has every character of a text. Text is drawn left to right without shaping, so other
 * scripts are refused.
 */
export const canBeWritten = (text: string): boolean => {
  for (const character of plain(text)) {
    const code = character.codePointAt(0) ?? 0
    if (character !== '\n' && !characters.some(([first, last]) => first <= code && code <= last)) return false
  }
  return true
}

/** Whether the embedded font has every character of all texts in plain data. */
export const canAllBeWritten = (data: unknown): boolean => {
  if (typeof data === 'string') return canBeWritten(data)
  return typeof data !== 'object' || data === null || Object.values(data).every(canAllBeWritten)
}
