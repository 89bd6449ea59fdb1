import * as z from 'zod'
import { nearestName } from '../../kit/words/nearest-name.ts'
import { type DatedEmail, type DatedSection, isDated } from '../campaign.ts'
import type { Prose } from '../text/prose.ts'
import type { Fault } from './fault.ts'
import { lex, type TokenAtLine } from './markdown.ts'
import { parseProse } from './prose-parser.ts'

/** Headings of sections, in English in every language. They name the purpose of a section and are never shown. */
export const SECTION_NAMES = {
  appeal: 'Appeal',
  background: 'Background',
  openLetter: 'Open letter',
  letter: 'Letter',
  support: 'Support',
} as const
type SectionName = keyof typeof SECTION_NAMES

const KNOWN = `${Object.values(SECTION_NAMES)
  .map((name) => `## ${name}`)
  .join(', ')}, ## Update 2015-10-02 Title or ## Correction 2015-10-02 Title`

const DATED_HEADING = /^(update|correction)\s+(\S+)\s*(.*)$/i
const DATED_NAMES: Record<DatedEmail, string> = { update: 'Update', correction: 'Correction' }

export type Sections = {
  parts: Partial<Record<SectionName, Prose>>
  dated: Record<DatedEmail, Array<DatedSection & { line: number }>>
  faults: Fault[]
  warnings: Fault[]
}

/** Splits the body of `<locale>.md` at its `##` headings. The day identifies an update or a correction in every language. */
export function readSections(body: string, file: string, firstLine: number): Sections {
  const { tokens, faults } = lex(body, file, firstLine)
  const sections: Sections = { parts: {}, dated: { update: [], correction: [] }, faults, warnings: [] }
  const fault = (line: number, found: string, expected: string) => faults.push({ file, line, found, expected })

  const { preamble, chapters } = chaptersOf(tokens)
  const early = preamble.find(({ token }) => token.type !== 'space' && token.type !== 'def')
  if (early !== undefined) fault(early.line, 'text before the first section', 'a heading first: ## Appeal')

  const titles = chapters.map((chapter) => chapter.title)
  for (const { title: typed, depth, line, tokens } of chapters) {
    const title = depth === 1 ? typed : correctTitle(typed, titles)
    const { prose, faults: within, warnings } = parseProse(tokens, file)
    faults.push(...within)
    sections.warnings.push(...warnings)
    const heading = `${'#'.repeat(depth)} ${typed}`
    if (depth === 1) {
      fault(line, heading, `${KNOWN}; ### for a heading within a section`)
      continue
    }
    if (title !== typed) fault(line, heading, `${KNOWN}; did you mean ## ${title}?`)
    if (prose.length === 0 && within.length === 0)
      fault(line, `nothing under ${heading}`, 'its text, or no such section')

    const name = sectionNamed(title)
    const [, kind = '', day = '', ownTitle = ''] = DATED_HEADING.exec(title) ?? []
    const email = kind.toLowerCase()
    if (name !== undefined) {
      if (sections.parts[name] !== undefined) fault(line, `a second ${heading}`, 'each section once')
      sections.parts[name] ??= prose
    } else if (isDated(email)) {
      const section = { id: day, date: day, title: ownTitle.trim(), body: prose, line }
      if (!z.iso.date().safeParse(day).success || section.title === '')
        fault(line, heading, `## ${DATED_NAMES[email]} 2015-10-02 Title`)
      else if (sections.dated[email].some(({ id }) => id === day))
        fault(line, `a second ${email} of ${day}`, `one ${email} a day: add to the first, or date it to the next`)
      else sections.dated[email].push(section)
    } else fault(line, heading, KNOWN)
  }
  return sections
}

/**
 * The heading that was probably meant: a section that the file does not have yet, an update or a correction. A heading that is right,
 * or near none, stays. So one mistyped heading is one fault, and its section does not count as missing.
 */
function correctTitle(typed: string, all: readonly string[]): string {
  if (sectionNamed(typed) !== undefined || DATED_HEADING.test(typed)) return typed
  const free = Object.values(SECTION_NAMES).filter(
    (name) => !all.some((title) => title.toLowerCase() === name.toLowerCase()),
  )
  const section = nearestName(typed, free)
  if (section !== undefined) return section
  const [, first = '', rest = ''] = /^(\S*)(.*)$/.exec(typed) ?? []
  const dated = nearestName(first, Object.values(DATED_NAMES))
  return dated === undefined ? typed : dated + rest
}

const sectionNamed = (title: string): SectionName | undefined =>
  (Object.keys(SECTION_NAMES) as SectionName[]).find(
    (name) => SECTION_NAMES[name].toLowerCase() === title.toLowerCase(),
  )

type Chapter = { title: string; depth: number; line: number; tokens: TokenAtLine[] }

function chaptersOf(tokens: readonly TokenAtLine[]): { preamble: TokenAtLine[]; chapters: Chapter[] } {
  const preamble: TokenAtLine[] = []
  const chapters: Chapter[] = []
  for (const placed of tokens) {
    const { token, line } = placed
    if (token.type === 'heading' && token.depth <= 2)
      chapters.push({ title: token.text.trim(), depth: token.depth, line, tokens: [] })
    else (chapters.at(-1)?.tokens ?? preamble).push(placed)
  }
  return { preamble, chapters }
}
