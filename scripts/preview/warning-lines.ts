import type { Shown } from './shown.ts'

/** The warnings of a preview, each once for a language: with the name of the mail, or with how many mails it is about. */
export function warningLines(slug: string, shown: readonly Pick<Shown, 'name' | 'locale' | 'warnings'>[]): string[] {
  const names = new Map<string, { locale: string; warning: string; about: string[] }>()
  for (const { name, locale, warnings = [] } of shown)
    for (const warning of warnings) {
      const key = `${locale} ${warning}`
      const known = names.get(key) ?? { locale, warning, about: [] }
      names.set(key, { ...known, about: [...known.about, name] })
    }
  return [...names.values()].map(({ locale, warning, about }) => {
    const [first = ''] = about
    return `${slug}, ${about.length === 1 ? first : `${about.length} mails`} in ${locale}: ${warning}`
  })
}
