import { normaliseAddress } from './address.ts'

/**
 * The one rule for links of organisers. A link that passes works on pages, in the HTML and the text of a mail, and in
 * `.txt`.
 */

/** What to write instead of a link that `linkOf` refuses. */
export function linkAdvice(typed: string): string {
  const forms = 'an address that starts with https://, mailto:, tel: or /'
  if (/^mailto:/i.test(typed)) return 'mailto: and a valid address, such as mailto:name@example.org'
  if (/^tel:/i.test(typed)) return 'tel: and a number without spaces, such as tel:+32-2-555-00-01'
  if (/^(www\.|[\w-]+(\.[\w-]+)+(\/|$))/i.test(typed)) return `${forms}, such as https://${typed}`
  return /^[\w.-]+(\/|$)/.test(typed) ? `${forms}, such as /${typed.replace(/^[./]+/, '')}` : forms
}

/** Whether a URL is a path of this site. `//host` and `/\host` lead to other sites (WHATWG URL §4.4). */
export const isOwnPath = (url: string): boolean => /^\/(?![/\\])[^\s\p{Cc}\\]*$/u.test(url)

/** Characters that end a link in a mail or a text, although browsers allow them within one, and invisible characters. */
const ENDS_LINK = /["<>`{}|^\p{Cf}]/gu
const TEL = /^tel:\+?[0-9().-]{2,24}(;[\w=+.-]+)*$/i

/** The link as every output can carry it: quotes, angle brackets and invisible characters encoded. Null if it is no safe link. */
export function linkOf(typed: string): string | null {
  const url = typed.replace(ENDS_LINK, encodeURIComponent)
  return isOwnPath(url) || isWebAddress(url) || isMailto(url) || TEL.test(url) ? url : null
}

/** Whether a text is an address of the web: http or https, with a host. */
export const isWebAddress = (url: string): boolean => /^https?:\/\/[^\s\p{Cc}"<>\\]+$/iu.test(url) && URL.canParse(url)

/** Whether a URL opens a mail to valid addresses (RFC 6068): at least one, in the path or in `to`. */
function isMailto(url: string): boolean {
  const [, path, query = ''] = /^mailto:([^\s\p{Cc}?]*)(?:\?(\S*))?$/iu.exec(url) ?? []
  if (path === undefined) return false
  const others = [...new URLSearchParams(query)].flatMap(([name, value]) =>
    name.toLowerCase() === 'to' ? [value] : [],
  )
  const addresses = [path, ...others].filter((text) => text !== '').flatMap((text) => text.split(','))
  return (addresses.length > 0 || query !== '') && addresses.every((text) => normaliseAddress(decoded(text)).ok)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
