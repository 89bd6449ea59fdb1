import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { suggestion } from '../../kit/words/nearest-name.ts'
import type { Campaign } from '../campaign.ts'
import { definition, locale } from '../definition.ts'
import { definitionFaults, translationFaults } from './cross-checks.ts'
import type { Fault } from './fault.ts'
import { fieldFaults } from './field-rules.ts'
import { withKeysCorrected } from './mistyped-keys.ts'
import { normaliseSource, revisionOf, sizeFaults } from './source-text.ts'
import { readTranslation } from './translation.ts'
import { readYaml } from './yaml.ts'
import { faultsOf } from './zod-faults.ts'

const DEFINITION = 'campaign.yaml'

/**
 * Reads a campaign from the files of its folder, `{'campaign.yaml': text, 'en.md': text, …}`.
 * @param pageLocales languages with page and mail texts; languages outside are faults. Not checked when left out
 * @returns the campaign if there is no fault, else all faults in the order of the files; in any case warnings about markup
 */
export async function readCampaign(
  slug: string,
  files: Record<string, string>,
  pageLocales?: readonly string[],
): Promise<{ campaign?: Campaign; faults: Fault[]; warnings: Fault[] }> {
  const texts = Object.entries(files)
    .map(([name, text]): [string, string] => [name, normaliseSource(text)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const path = (name: string) => `campaigns/${slug}/${name}`
  const faults: Fault[] = []

  const { locales, faults: inNames } = languagesIn(texts, path, pageLocales)
  faults.push(...inNames)
  const [, , english] = locales.find(([tag]) => tag === FALLBACK_LOCALE) ?? []
  if (english === undefined) {
    const expected = 'the campaign in English, the fallback for readers of all other languages'
    faults.push({ file: path(`${FALLBACK_LOCALE}.md`), line: 1, found: `no ${FALLBACK_LOCALE}.md`, expected })
  }

  const [, source] = texts.find(([name]) => name === DEFINITION) ?? []
  const file = path(DEFINITION)
  if (source === undefined)
    faults.push({ file, line: 1, found: `no ${DEFINITION}`, expected: 'the facts of the campaign' })
  const tooLong = sizeFaults(file, source ?? '')
  const written = readYaml(tooLong.length > 0 ? '' : (source ?? ''), file)
  const yaml = withKeysCorrected(written, definition, file)
  const defined = definition.safeParse(yaml.value)
  faults.push(...tooLong, ...yaml.faults)
  if (source !== undefined && tooLong.length === 0 && written.faults.length === 0) {
    if (!defined.success) faults.push(...faultsOf(defined.error.issues, definition, yaml, file))
    faults.push(...fieldFaults(yaml, file), ...definitionFaults(slug, yaml, file))
  }

  const englishRevision = english === undefined ? null : await revisionOf(english)
  const translations = locales.map(([tag, name, text]) => readTranslation(tag, path(name), text, englishRevision))
  faults.push(...translations.flatMap((translation) => translation.faults), ...translationFaults(yaml, translations))

  const warnings = sortFaults(translations.flatMap((translation) => translation.warnings))
  if (faults.length > 0 || !defined.success) return { faults: sortFaults(faults), warnings }
  const words = Object.fromEntries(translations.flatMap(({ locale, words }) => (words ? [[locale, words]] : [])))
  return { campaign: { ...defined.data, revision: await revisionOf(JSON.stringify(texts)), words }, faults, warnings }
}

type NamedText = readonly [locale: string, name: string, text: string]

/** The Markdown files with their languages, and faults of files with other names or without page and mail texts. */
function languagesIn(
  texts: ReadonlyArray<readonly [name: string, text: string]>,
  path: (name: string) => string,
  pageLocales: readonly string[] | undefined,
): { locales: NamedText[]; faults: Fault[] } {
  const faults: Fault[] = []
  const fileNames = [DEFINITION, ...(pageLocales ?? []).map((tag) => `${tag}.md`)]
  const locales: NamedText[] = []
  for (const [name, text] of texts) {
    if (name === DEFINITION) continue
    const tag = /^([^/]+)\.md$/.exec(name)?.[1]
    if (tag !== undefined && pageLocales !== undefined && isLanguage(tag) && !pageLocales.includes(tag)) {
      const languages = `one of ${pageLocales.join(', ')}; first add strings/${tag}.yaml and emails/strings/${tag}.yaml`
      const expected = languages + suggestion(tag, pageLocales)
      faults.push({ file: path(name), line: 1, found: `the language ${tag}, which there are no texts for`, expected })
    } else if (tag !== undefined && isLanguage(tag)) locales.push([tag, name, text])
    else {
      const expected = `${DEFINITION}, or <language>.md with a language tag such as en, kk or zh-Hant${suggestion(name, fileNames)}`
      faults.push({ file: path(name), line: 1, found: `a file named ${name}`, expected })
    }
  }
  return { locales, faults }
}

const sortFaults = (faults: Fault[]): Fault[] =>
  faults.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))

/** Whether a tag is well-formed, a language of CLDR, and spelt as in file names and URLs. */
function isLanguage(tag: string): boolean {
  if (!locale.safeParse(tag).success) return false
  return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }).of(tag) !== undefined
}
