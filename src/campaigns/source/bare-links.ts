import type { Tokens } from 'marked'
import { normaliseAddress } from '../../security/address.ts'

/** Links that are written without markup: where one ends in any script. */

const BRACKETS: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '（': '）',
  '【': '】',
  '《': '》',
  '〈': '〉',
  '［': '］',
}

/** Punctuation that ends a sentence or a clause, quotation marks, ellipses and long dashes, outside ASCII: no link holds them bare. */
const ENDS = /(?!\p{ASCII})[\p{Terminal_Punctuation}\p{Sentence_Terminal}\p{Quotation_Mark}\p{Pi}\p{Pf}…⋯—―⸺⸻]/u
/** Between letters, these belong to a word: an apostrophe, and a dot in the middle. */
const IN_WORD = /[’‘·・]/u
/** Any punctuation that cannot end a link: the sentence around the link has written it. */
const TRAILING = /[?!.,:;*_'"~|]|(?!\p{ASCII})\p{P}/u

const START = /^(?:https?:\/\/|www\.)[^\s<\\]+/i
const MAIL = /^[a-z0-9][a-z0-9.!#$%&'+/=?^{|}~_-]*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]/i

/** The token of the bare link or the bare address at the start of a text; undefined if there is none. */
export function bareLink(source: string): Tokens.Link | undefined {
  const [mail] = MAIL.exec(source) ?? []
  if (mail !== undefined && normaliseAddress(mail).ok) {
    const at = mail.lastIndexOf('@')
    return linkToken(mail, `mailto:${encodeURIComponent(mail.slice(0, at))}${mail.slice(at)}`)
  }
  const url = endOfSentence(START.exec(source)?.[0] ?? '')
  const href = /^www\./i.test(url) ? `http://${url}` : url
  return URL.canParse(href) && /^https?:\/\/[^/]*[\p{L}\p{N}]/iu.test(href) ? linkToken(url, href) : undefined
}

const linkToken = (raw: string, href: string): Tokens.Link => ({
  type: 'link',
  raw,
  text: raw,
  href,
  tokens: [{ type: 'text', raw, text: raw, escaped: false }],
})

/** The part of a run of characters that is the link, without the punctuation of the sentence around it. */
function endOfSentence(run: string): string {
  const characters = [...run]
  const open: string[] = []
  let end = 0
  for (const [i, character] of characters.entries()) {
    if (ENDS.test(character) && !(IN_WORD.test(character) && isWord(characters[i - 1]) && isWord(characters[i + 1])))
      break
    const closing = BRACKETS[character]
    if (closing !== undefined) open.push(closing)
    else if (open.at(-1) === character) open.pop()
    else if (/\p{Pe}/u.test(character)) break
    end = i + 1
  }
  const whole = characters.slice(0, end).join('')
  let link = [...whole.replace(/&[a-z\d]+;$/i, '')] // a character reference is reported, not linked
  for (let last = link.at(-1); last !== undefined && endsOutside(last); last = link.at(-1)) link = link.slice(0, -1)
  return link.join('')
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** Whether the last character belongs to the sentence: punctuation, or a bracket that the link opens and does not close. */
const endsOutside = (last: string): boolean =>
  last in BRACKETS || (TRAILING.test(last) && !Object.values(BRACKETS).includes(last))
