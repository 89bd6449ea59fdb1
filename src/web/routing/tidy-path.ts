import { PAGE_LOCALES } from '../../kit/page-texts.ts'
import { ROUTES } from '../../paths.ts'

/** First segments of the routes with a token, which is their second segment. */
const TOKEN_ROUTES = new Set(Object.values(ROUTES).flatMap((route) => /^\/([a-z-]+)\/:token$/.exec(route)?.[1] ?? []))
/** First segments of paths that programs use. They are forgiven only final slashes. */
const FOR_PROGRAMS = new Set(['api', 'webhooks', 'outbox'])

/** A path in the form that pages link to, of which most requests are. */
const IS_TIDY = /^\/([a-z0-9-]+\/)?([a-z0-9.-]*[a-z0-9]\/)*[a-z0-9.-]*[a-z0-9]$/
/** A percent-encoded character that a URL may have unencoded (RFC 3986 §2.3). */
const ENCODED = /%(2[dDeE]|3\d|4[1-9a-fA-F]|5[\daAfF]|6[1-9a-fA-F]|7[\daAeE])/g
/** A line break of quoted-printable inside a token: `=` and a line end, as text or percent-encoded. */
const SOFT_BREAK = /(?:=|%3d)(?:%0d|%0a|\r|\n|%20| )+/gi
/** A character that ends a sentence, a quotation or a link in running text. No path of Tocsin ends with one. */
const JUNK_AT_END = /(?:%[0-9a-f]{2}|[^A-Za-z0-9%])+$/i

/** What begins behind a page: a query whose `?` was encoded, a character reference, or markup. No path of Tocsin has such a character. */
const BEHIND = /(?:[&;"<>]|%(?:2[236]|3[bcef])).*$/i

const LOCALES = new Map(PAGE_LOCALES.map((locale) => [locale.toLowerCase(), locale]))

/**
 * The path that a request means. People and mail programs add a final slash, full stop or bracket, capitals, or the rest of a line;
 * one public site had 107,000 requests in half a year for paths with a final full stop. A token ends before the first character that
 * no token has. It is authenticated, so what is left cannot open anything else.
 */
export function tidyPath(path: string): string {
  if (IS_TIDY.test(path)) {
    const only = LOCALES.get(path.slice(1))
    return only === undefined ? path : `/${only}/`
  }
  const segments = path
    .replace(ENCODED, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .split(/[/\\]/) // browsers read a backslash as a slash
  const [first = '', ...rest] = segments.filter((segment) => segment !== '')
  const name = first.toLowerCase()
  if (TOKEN_ROUTES.has(name) && rest.length > 0) return `/${name}/${tokenIn(rest.join('/'))}`
  if (FOR_PROGRAMS.has(name)) return path.replace(/\/{2,}/g, '/').replace(/(.)\/+$/, '$1')
  const words = [name, ...rest.map((segment) => segment.toLowerCase())]
  while (words.length > 0) {
    const last = words.pop() ?? ''
    const kept = last.replace(BEHIND, '').replace(JUNK_AT_END, '')
    if (kept === '') continue
    words.push(kept)
    break
  }
  const [locale = '', ...others] = words
  const known = LOCALES.get(locale)
  if (known !== undefined && others.length === 0) return `/${known}/`
  return `/${[known ?? locale, ...others].join('/')}`
}

/** The token at the beginning of what follows its route. */
const tokenIn = (text: string): string => /^[\w-]*/.exec(text.replace(SOFT_BREAK, ''))?.[0] ?? ''

/** Whether a path has a token. Such a path is answered where it is, because a redirect would show the token once more. */
export const hasToken = (path: string): boolean => TOKEN_ROUTES.has(path.split('/')[1] ?? '')
