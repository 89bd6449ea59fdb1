import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { type CampaignWords, type DatedSection, frontMatter } from '../campaign.ts'
import type { Fault } from './fault.ts'
import { splitFrontMatter } from './front-matter.ts'
import { withKeysCorrected } from './mistyped-keys.ts'
import { readSections, type Sections } from './sections.ts'
import { findUnseenCharacter, sizeFaults, unseenFault } from './source-text.ts'
import { sharedSubjectFaults, subjectFaults, withoutSharedSubject } from './subject-faults.ts'
import { markupInFields } from './unread-markup.ts'
import { readYaml } from './yaml.ts'
import { faultsOf } from './zod-faults.ts'

/** A text in double square brackets that stands alone: what `new` writes where an author is to write. */
const PLACEHOLDER = /^[ \t>]*\[\[[^[\]]*\]\][ \t]*$/gm

/** A parsed `<locale>.md`: `words` when there is no fault, and in any case the parts for the cross-checks. */
export type Translation = {
  file: string
  locale: string
  words?: CampaignWords
  parts: Sections['parts'] | null // null when a fault stopped the reading before the body
  dated: Sections['dated']
  placeholders: number[] // lines that nobody has filled in yet
  faults: Fault[]
  warnings: Fault[]
}

/**
 * Reads one `<locale>.md`.
 * @param english revision of en.md, which decides whether the translation is stale
 */
export function readTranslation(locale: string, file: string, text: string, english: string | null): Translation {
  const translation: Translation = {
    file,
    locale,
    parts: null,
    dated: { update: [], correction: [] },
    placeholders: [],
    faults: sizeFaults(file, text),
    warnings: [],
  }
  if (translation.faults.length > 0) return translation // the time of parsing is bounded only up to that size

  const { faults } = translation
  const split = splitFrontMatter(text)
  if (split === null) {
    faults.push({
      file,
      line: 1,
      found: 'no front matter',
      expected: 'a line --- first, the title and the other fields, and a line --- after them',
    })
    return translation
  }

  const written = readYaml(split.yaml, file, 2)
  const yaml = withKeysCorrected({ ...written, value: withoutSharedSubject(written.value) }, frontMatter, file)
  const front = frontMatter.safeParse(yaml.value)
  faults.push(...yaml.faults)
  if (!front.success && written.faults.length === 0)
    faults.push(...faultsOf(front.error.issues, frontMatter, yaml, file))

  for (const [i, line] of split.body.split('\n').entries()) {
    const character = findUnseenCharacter(line)
    if (character !== undefined) faults.push(unseenFault(file, split.bodyLine + i, character))
  }
  for (const { index } of split.body.matchAll(PLACEHOLDER))
    translation.placeholders.push(split.bodyLine + split.body.slice(0, index).split('\n').length - 1)
  const { parts, dated, faults: inSections, warnings } = readSections(split.body, file, split.bodyLine)
  faults.push(...inSections, ...sharedSubjectFaults(written, dated, file), ...subjectFaults(yaml, dated, file))
  translation.warnings.push(
    ...markupInFields(yaml, file),
    ...warnings.filter(({ line }) => !translation.placeholders.includes(line)),
  )
  translation.parts = parts
  translation.dated = dated

  const { appeal, ...others } = parts
  if (appeal === undefined)
    faults.push({ file, line: split.bodyLine, found: 'no ## Appeal', expected: 'the appeal itself, under ## Appeal' })
  if (locale === FALLBACK_LOCALE && front.data?.madeFrom !== undefined)
    faults.push({ file, line: yaml.lineOf(['madeFrom']), found: 'madeFrom', expected: 'it in translations only' })

  if (front.success && appeal !== undefined && faults.length === 0) {
    const stale = locale !== FALLBACK_LOCALE && front.data.madeFrom !== english
    const [updates, corrections] = [withoutLines(dated.update), withoutLines(dated.correction)]
    translation.words = { ...front.data, stale, appeal, ...others, updates, corrections }
  }
  return translation
}

const withoutLines = (sections: Sections['dated']['update']): DatedSection[] =>
  sections.map(({ line: _, ...section }) => section)
