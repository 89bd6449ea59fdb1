import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { suggestion } from '../../kit/words/nearest-name.ts'
import { slug } from '../definition.ts'
import type { Fault } from './fault.ts'
import { a } from './subject-faults.ts'
import type { Translation } from './translation.ts'
import type { Path, Yaml } from './yaml.ts'

type YamlFields = Record<string, unknown>

const LISTS_WITH_IDS = ['organisations', 'targets', 'copies', 'support', 'events', 'sources', 'people']

/**
 * Faults across fields of `campaign.yaml`: references, duplicates, order of days. Reads the unparsed YAML, so that
 * other faults in the file do not hide these.
 */
export function definitionFaults(folder: string, yaml: Yaml, file: string): Fault[] {
  const written = isFields(yaml.value) ? yaml.value : {}
  const faults: Fault[] = []
  const fault = (path: Path, found: string, expected: string) =>
    faults.push({ file, line: yaml.lineOf(path), found, expected })

  if (typeof written.slug === 'string' && written.slug !== folder)
    fault(['slug'], `slug: ${JSON.stringify(written.slug)}`, folderOrSlug(folder, written.slug))

  for (const list of LISTS_WITH_IDS) {
    const ids = idsIn(written[list])
    for (const [i, id] of ids.entries())
      if (id !== undefined && ids.indexOf(id) < i)
        fault([list, i, 'id'], `${list}[${i}].id: ${JSON.stringify(id)} a second time`, `an id of its own in ${list}`)
  }
  const refers = (list: string, field: string, to: string) => {
    const known = idsIn(written[to]).filter((id) => id !== undefined)
    for (const [i, item] of itemsOf(written[list]).entries()) {
      const id = item[field]
      if (typeof id !== 'string' || known.includes(id)) continue
      const ids = `an id from ${to}: ${known.join(', ')}${suggestion(id, known)}`
      const expected = known.length === 0 ? `an id from ${to}, which has none` : ids
      fault([list, i, field], `${list}[${i}].${field}: ${JSON.stringify(id)}`, expected)
    }
  }
  refers('targets', 'organisation', 'organisations')
  refers('claims', 'source', 'sources')

  for (const field of ['closes', 'doNotUseAfter'])
    if (typeof written[field] === 'string' && typeof written.opened === 'string' && written[field] < written.opened)
      fault([field], `${field}: ${written[field]}`, `a day not before it opened, ${written.opened}`)
  return faults
}

/** What to do when folder and slug differ: the folder is renamed if it could not be a slug, else either. */
function folderOrSlug(folder: string, written: string): string {
  const isWritable = slug.safeParse(written).success
  if (!slug.safeParse(folder).success)
    return isWritable
      ? `the folder to have that name: rename campaigns/${folder} to campaigns/${written}`
      : `lower-case words joined by hyphens, and the folder campaigns/${folder} renamed to the same`
  return `the name of the folder, ${folder}${isWritable ? `: write that, or rename the folder to ${written}` : ''}`
}

/** Faults of translations: parts that the definition or the English version requires. */
export function translationFaults(yaml: Yaml, translations: readonly Translation[]): Fault[] {
  const written = isFields(yaml.value) ? yaml.value : {}
  const wantsLetter = written.status === 'open' && written.kind !== 'bulletin' && itemsOf(written.targets).length > 0
  const english = translations.find(({ locale }) => locale === FALLBACK_LOCALE)

  return translations.flatMap(({ file, parts, dated, placeholders }) => {
    const faults: Fault[] = []
    if (wantsLetter && parts !== null && parts.letter === undefined)
      faults.push({
        file,
        line: 1,
        found: 'no ## Letter',
        expected: 'a model letter: the campaign is open and has targets',
      })
    if (written.status !== 'draft')
      for (const line of placeholders)
        faults.push({
          file,
          line,
          found: 'a placeholder that nobody has filled in',
          expected: 'your own words in place of [[…]]; only a draft may have it',
        })
    for (const email of ['update', 'correction'] as const)
      for (const { id, line } of dated[email])
        if (english !== undefined && !english.dated[email].some((section) => section.id === id))
          faults.push({ file, line, found: `${a(email)} of ${id}`, expected: `one that ${english.file} has too` })
    return faults
  })
}

const isFields = (value: unknown): value is YamlFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const itemsOf = (value: unknown): YamlFields[] =>
  Array.isArray(value) ? value.map((item: unknown) => (isFields(item) ? item : {})) : []

const idsIn = (value: unknown): Array<string | undefined> =>
  itemsOf(value).map(({ id }) => (typeof id === 'string' ? id : undefined))
