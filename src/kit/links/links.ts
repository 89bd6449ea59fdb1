import { TOP_LEVEL_DOMAINS } from './top-level-domains.ts'

/** Names that are reserved (RFC 2606, RFC 7686): nobody registers them, but they look like domains, and some programs open them. */
const RESERVED = new Set(['example', 'invalid', 'test', 'onion'])
/** Domains so common that capitals do not make them a name: “Evil.Com”. */
const COMMON = new Set(['com', 'net', 'org', 'info', 'biz'])
/** Domains that are no word, title or initial in any of the six languages, so that only the part before them may have capitals. */
const NO_WORD = new Set(['ru', 'su', 'рф', 'xyz', 'io', 'online', 'site', 'top', 'shop', 'click', 'link', 'app'])

/** Characters that are not seen: a domain with one inside is still read as a domain by people, and by some programs. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
/** Full stops of other scripts, which browsers read as dots in a domain (UTS 46). */
const OTHER_DOTS = /[\u3002\uFF0E\uFF61]/g
const SCHEME =
  /:\/\/|(?<![\p{L}\p{N}])(?:https?|mailto|javascript|data|ftp|tel|sms|magnet|tg|viber|whatsapp|skype|bitcoin):\S/iu
const WORLD_WIDE_WEB = /(?<![\p{L}\p{N}])www\d?\./iu
const ADDRESS = /[\p{L}\p{N}_+-]@[\p{L}\p{N}[]/u
/** An address with its signs spelt out: “name (at) host”. */
const SPELT_ADDRESS = /[\p{L}\p{N}]\s?[([{]\s?(?:at|собака)\s?[)\]}]\s?[\p{L}\p{N}]/iu
/** Labels with dots between them, as in a domain. What follows may be a path. */
const CHAIN =
  /(?<![\p{L}\p{N}_-])([\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*(?:\.[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*)+)((?::\d+)?[/?#]\S)?/gu
const LONE_CYRILLIC = /^\p{sc=Cyrillic}$/u
const PUNYCODE = /^xn--/i

/** How much counts as a link. In a name, capitals speak against it: “Dr.med.” and “St.Gallen” are none. */
type Kind = 'name' | 'prose'

const seen = (text: string): string => text.normalize('NFKC').replace(UNSEEN, '').replace(OTHER_DOTS, '.')
const isTopLevel = (label: string): boolean =>
  TOP_LEVEL_DOMAINS.has(label) || RESERVED.has(label) || PUNYCODE.test(label)

/** Whether a name or a place holds a link, an e-mail address or markup: a scheme, `www.`, an `@` between letters, `<`, `>` or a domain. */
export const holdsLink = (name: string): boolean => {
  const text = seen(name)
  return /[<>]/.test(text) || isLink(text, 'name')
}

/** Whether a sentence holds a link or an e-mail address. Stricter than for a name: a domain may begin with a capital. */
export const linksTo = (sentence: string): boolean => {
  const text = seen(sentence)
  return SPELT_ADDRESS.test(text) || isLink(text, 'prose')
}

const isLink = (text: string, kind: Kind): boolean =>
  SCHEME.test(text) ||
  WORLD_WIDE_WEB.test(text) ||
  ADDRESS.test(text) ||
  [...text.matchAll(CHAIN)].some(([, chain = '', path]) => holdsDomain(chain.split('.'), path !== undefined, kind))

/** Whether a label is written in capitals: “EVIL.RU”. */
const isShouted = (label: string): boolean => label === label.toUpperCase() && /\p{Lu}/u.test(label)

/** Whether some first labels of a chain are a domain, or two neighbours are one whatever stands before them. */
function holdsDomain(labels: readonly string[], hasPath: boolean, kind: Kind): boolean {
  let lower = true // all labels so far are written in lower case
  return labels.some((label, at) => {
    const before = labels[at - 1]
    const small = label.toLowerCase()
    lower &&= label === small
    if (before === undefined || !isTopLevel(small)) return false
    if (COMMON.has(small) || PUNYCODE.test(label)) return true
    if (NO_WORD.has(small) && before.length > 2 && isShouted(before) && isShouted(label)) return true
    if (label !== small) return false
    const isLast = at === labels.length - 1
    if ((hasPath && isLast) || NO_WORD.has(label)) return true
    return (kind === 'prose' || lower) && !LONE_CYRILLIC.test(before) // “г.москва” is a town
  })
}

/** A sentence without its links and addresses. Words that are written together with one go too. */
export function withoutLinks(sentence: string): string {
  return sentence
    .replace(/\S+\s?[([{]\s?(?:at|собака)\s?[)\]}]\s?\S+/giu, ' ')
    .split(/([\s\u3000-\u3002\uFF0C]+)/u)
    .map((part) => (linksTo(part) ? '' : part))
    .join('')
    .replace(/\(\s*\)|\[\s*\]|«\s*»|“\s*”/g, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .trim()
}
