import type { DatedEmail } from '../campaign.ts'
import type { Fault } from './fault.ts'
import type { Sections } from './sections.ts'
import type { Yaml } from './yaml.ts'

type SubjectFields = Record<string, unknown>

/** The fields of `subjects` that hold a subject for each day. */
const BY_DAY: ReadonlyArray<[field: string, email: DatedEmail]> = [
  ['updates', 'update'],
  ['corrections', 'correction'],
]

export const a = (email: DatedEmail): string => (email === 'update' ? 'an update' : 'a correction')

/** The fault of one subject for all updates, with the form that is expected. */
export function sharedSubjectFaults(yaml: Yaml, dated: Sections['dated'], file: string): Fault[] {
  if (subjectsIn(yaml.value)?.update === undefined) return []
  const days = dated.update.map(({ id }) => id)
  const form = (days.length === 0 ? ['2026-12-01'] : days).map((day) => `${day}: …`).join(', ')
  const expected = `a subject for each update by its day, updates: { ${form} }, or no such line: then its title is the subject`
  const line = yaml.lineOf(['subjects', 'update'])
  return [{ file, line, found: 'subjects.update, one subject for all updates', expected }]
}

/** Faults of subjects of updates and corrections that the file does not have. */
export function subjectFaults(yaml: Yaml, dated: Sections['dated'], file: string): Fault[] {
  const subjects = subjectsIn(yaml.value)
  if (subjects === null) return []
  const faults: Fault[] = []
  const fault = (path: string[], found: string, expected: string) =>
    faults.push({ file, line: yaml.lineOf(['subjects', ...path]), found, expected })

  for (const [field, email] of BY_DAY) {
    const days = dated[email].map(({ id }) => id)
    const known = days.length === 0 ? 'which this file does not have' : `which are ${days.join(', ')}`
    for (const day of Object.keys(fieldsOf(subjects[field]) ?? {}))
      if (!days.includes(day))
        fault([field, day], `subjects.${field} for ${day}`, `a day of a section ${HEADINGS[email]}, ${known}`)
  }
  return faults
}

const HEADINGS: Record<DatedEmail, string> = { update: '## Update', correction: '## Correction' }

/** The front matter without `subjects.update`, of which `sharedSubjectFaults` tells. */
export function withoutSharedSubject(frontMatter: unknown): unknown {
  const subjects = subjectsIn(frontMatter)
  if (subjects === null) return frontMatter
  const { update: _, ...others } = subjects
  return { ...fieldsOf(frontMatter), subjects: others }
}

const subjectsIn = (frontMatter: unknown): SubjectFields | null => fieldsOf(fieldsOf(frontMatter)?.subjects)

const fieldsOf = (value: unknown): SubjectFields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null
