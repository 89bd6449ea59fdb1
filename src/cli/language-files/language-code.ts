import { locale } from '../../campaigns/definition.ts'
import { nearestName } from '../../kit/words/nearest-name.ts'

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']

/** Every two-letter language of Unicode, by its English name in lower case. */
const byName = (): Map<string, string> =>
  new Map(
    LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).flatMap((tag) => {
      const name = names.of(tag)
      return name === undefined ? [] : [[name.toLowerCase(), canonical(tag) ?? tag] as const]
    }),
  )

/** The usual tag of a language: `lv` for `lav`. Undefined for a text that is no tag. */
function canonical(typed: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(typed)[0]
  } catch {
    return undefined
  }
}

/** The English name of a language. */
export const languageName = (tag: string): string => names.of(tag) ?? tag

/** What is wrong with the code of a new language, with the one that was probably meant; undefined if it is a language of Unicode. */
export function codeFault(typed: string): string | undefined {
  const usual = canonical(typed.trim().replaceAll('_', '-'))
  const isKnown = usual !== undefined && locale.safeParse(usual).success && names.of(usual) !== undefined
  if (isKnown && usual === typed) return undefined
  const known = byName()
  const named = known.get(typed.trim().toLowerCase()) ?? known.get(nearestName(typed, [...known.keys()]) ?? '')
  const near = isKnown ? usual : (named ?? nearestName(typed.toLowerCase(), [...new Set(known.values())]))
  const meant = near === undefined ? '' : `; did you mean ${near} (${names.of(near)})?`
  return `found “${typed}”; expected the code of a language, such as lv or pt-BR${meant}`
}
