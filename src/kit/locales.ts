/** The language that everything falls back to. All languages are BCP 47 tags. */

export const FALLBACK_LOCALE = 'en'

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'ckb', 'ps', 'ug', 'yi'])

export type Direction = 'ltr' | 'rtl'

export const directionOf = (locale: string): Direction =>
  RIGHT_TO_LEFT.has(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr'

/** The name of a language in that language: `қазақ тілі`. */
export const localeName = (locale: string): string =>
  new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' }).of(locale) ?? locale

/**
 * The tag to format dates with: `en-GB` for `en`. `Intl` takes plain `en` as American (9/28, 4 PM), but English readers
 * are everywhere.
 */
export const formatTag = (locale: string): string => (locale === 'en' ? 'en-GB' : locale)

/** The first of the wanted languages that is available, else the fallback language. */
export const firstAvailable = (wanted: readonly string[], available: readonly string[]): string =>
  wanted.find((locale) => available.includes(locale)) ?? FALLBACK_LOCALE

/** The best available language for an Accept-Language header (RFC 9110 §12.5.4). Highest weight first; `kk` satisfies `kk-KZ`. */
export function negotiate(header: string | undefined, available: readonly string[]): string {
  const wanted = (header ?? '')
    .slice(0, MAX_ACCEPT_LANGUAGE_CHARS)
    .split(',')
    .map((part, order) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const weight = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='))
      return { tag: tag.trim(), order, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.order - b.order)
    .flatMap(({ tag }) => [tag, tag.split('-')[0] ?? tag])
  return firstAvailable(wanted, available)
}

/** Most characters of an Accept-Language header that are read. No browser sends as many, and sorting must stay cheap. */
const MAX_ACCEPT_LANGUAGE_CHARS = 500
