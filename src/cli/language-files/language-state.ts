import type { Fault } from '../../campaigns/source/fault.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { compareWithEnglish, messageFaults, type ReadStrings, readStrings } from './read-strings.ts'

/** The folders with texts: of pages, and of mails. */
export const TEXT_FOLDERS = ['strings', 'emails/strings'] as const
export type TextFolder = (typeof TEXT_FOLDERS)[number]

/** The files of both folders, by name such as `lv.yaml`. */
export type TextFiles = Readonly<Record<TextFolder, Readonly<Record<string, string>>>>

/** How far a language is. `missing`: a fault for each text that is not written yet; `faults`: all others. `texts`: how many English has. */
export type LanguageState = { locale: string; missing: Fault[]; faults: Fault[]; texts: number; isInUse: boolean }

/** The languages of wrangler.toml's LOCALES, which readers can choose. Undefined if the file does not say. */
export const localesInUse = (wrangler: string): string[] | undefined =>
  /^LOCALES\s*=\s*"([^"]*)"/m
    .exec(wrangler)?.[1]
    ?.split(',')
    .map((locale) => locale.trim())

/** The state of every language that has a file. `inUse`: those of LOCALES; undefined: all. */
export function languageStates(files: TextFiles, inUse: readonly string[] | undefined): LanguageState[] {
  const locales = new Set(TEXT_FOLDERS.flatMap((folder) => Object.keys(files[folder]).map(localeOf)))
  return [...locales].sort().map((locale) => {
    const parts = TEXT_FOLDERS.map((folder) => partIn(folder, locale, files[folder]))
    return {
      locale,
      missing: parts.flatMap(({ missing }) => missing),
      faults: parts.flatMap(({ faults }) => faults),
      texts: parts.reduce((sum, { texts }) => sum + texts, 0),
      isInUse: inUse === undefined || locale === FALLBACK_LOCALE || inUse.includes(locale),
    }
  })
}

/** Whether readers can be offered the language: every text is there and sound. */
export const isWhole = ({ missing, faults }: LanguageState): boolean => missing.length + faults.length === 0

/** The languages that nobody uses yet and that are not whole: Tocsin leaves them out, and works in the others. */
export const unfinished = (states: readonly LanguageState[]): LanguageState[] =>
  states.filter((state) => !state.isInUse && !isWhole(state))

/** What is said of an unfinished language, on one line. */
export function unfinishedLine({ locale, missing, faults, texts }: LanguageState): string {
  const [first] = [...missing, ...faults]
  const wrong = faults.length === 0 ? '' : ` and ${faults.length} with a fault`
  const where = first === undefined ? '' : `, the first at ${first.file}:${first.line}`
  return `${locale} is not offered yet: ${missing.length} of ${texts} texts missing${wrong}${where}`
}

const localeOf = (name: string): string => name.replace(/\.yaml$/, '')

function partIn(folder: TextFolder, locale: string, files: Readonly<Record<string, string>>) {
  const english = read(folder, FALLBACK_LOCALE, files)
  const own = read(folder, locale, files)
  const texts = english?.strings.texts.size ?? 0
  if (own === undefined) {
    const file = `${folder}/${locale}.yaml`
    const missing = [...(english?.strings.texts.keys() ?? [])].map((key) => ({
      file,
      line: 1,
      found: `no ${key}`,
      expected: `a translation into ${locale}`,
    }))
    return { texts, missing, faults: [] }
  }
  const compared = english === undefined ? [] : compareWithEnglish([english.strings, own.strings])
  const isEmpty = new Set(own.empty.map(({ found }) => found.split(':')[0]))
  const [absent, strange] = [/^no /, /^(?!no )/].map((kind) => compared.filter(({ found }) => kind.test(found)))
  return {
    texts,
    missing: [...own.empty, ...(absent ?? []).filter(({ found }) => !isEmpty.has(found.slice('no '.length)))],
    faults: [...own.faults, ...messageFaults(own.strings), ...(strange ?? [])],
  }
}

function read(folder: TextFolder, locale: string, files: Readonly<Record<string, string>>): ReadStrings | undefined {
  const source = files[`${locale}.yaml`]
  return source === undefined ? undefined : readStrings(locale, `${folder}/${locale}.yaml`, source)
}
