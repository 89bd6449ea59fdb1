import type { Campaign } from '../../campaigns/campaign.ts'
import type { Localised } from '../../campaigns/definition.ts'

/** Somebody who must not be named, and the names by which they would be. `who` may be told to a moderator; the names may not. */
export type WithheldName = { who: string; names: readonly NamePattern[] }

type People = Campaign['people']

/**
 * Whom nobody may name in this campaign: the people of the setting `WITHHELD_NAMES`, told by their number in it, and those whom an earlier
 * revision showed more of than the current one does, told by their id.
 */
export function listWithheldNames(
  people: People,
  earlier: readonly People[],
  secret: readonly string[],
): WithheldName[] {
  const withdrawn = new Map<string, Set<string>>()
  for (const then of earlier.flat()) {
    const now = people.find(({ id }) => id === then.id)
    const shown = now === undefined || now.naming === 'withheld' ? [] : textsOf(now.as)
    const gone = textsOf(then.as).filter(
      (name) => !shown.some((text) => holds(toSearchableText(text), toNamePattern(name))),
    )
    if (gone.length > 0) withdrawn.set(then.id, new Set([...(withdrawn.get(then.id) ?? []), ...gone]))
  }
  return [
    ...secret.map((name, n) => ({ who: String(n + 1), names: [toNamePattern(name)] })),
    ...[...withdrawn].map(([who, names]) => ({ who, names: [...names].map(toNamePattern) })),
  ]
}

const textsOf = (text: Localised | undefined): string[] =>
  text === undefined ? [] : typeof text === 'string' ? [text] : Object.values(text)

/** Which of them a text names. */
export function findWithheldNames(text: string, withheld: readonly WithheldName[]): string[] {
  const words = toSearchableText(text)
  return withheld.filter(({ names }) => names.some((name) => holds(words, name))).map(({ who }) => who)
}

/** Letters that a word may have beyond a name's: endings of cases, possessives, an article or a conjunction written together with it. */
const MAX_ENDING_CHARS = 4
/** Letters from which on the stem of a name is found anywhere in a word; shorter ones would be found everywhere. */
const MIN_STEM_CHARS = 4
/** Letters from which on a word among several, which vouch for each other, is found in its forms: “Анны Ивановой”. Initials have none. */
const MIN_INFLECTED_CHARS = 3
/** Words that may stand among those of a name, such as a patronymic or “the baker”; among initials none may. */
const MAX_BETWEEN = 2
/** Letters from which on a name is found with anything or nothing between them: fewer meet by chance where two words do. */
const MIN_JOINED_CHARS = 8
/** The same where no space parts words anyway, and a character says more. */
const MIN_JOINED_SIGNS = 2
const SIGNS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+$/u
/** Words of a name up to which all their orders, 24, are looked for where nothing parts them. */
const MAX_ORDERED = 4

/** A text as names are looked for in it. */
type SearchableText = { words: readonly string[]; joined: string }

function toSearchableText(text: string): SearchableText {
  const plain = plainly(text)
  const words = wordsIn(plain)
  const spelt = plain.match(SPELT) ?? []
  return { words: [...words, ...spelt.map((letters) => wordsIn(letters).join(''))], joined: words.join('') }
}

type NamePattern = {
  words: ReadonlyArray<(word: string) => boolean>
  between: number
  joined: RegExp | null // of all its words, in any order, with their endings
}

function toNamePattern(text: string): NamePattern {
  const words = wordsIn(plainly(text))
  const several = words.length > 1
  const letters = words.join('')
  const isLong = letters.length >= (SIGNS.test(letters) ? MIN_JOINED_SIGNS : MIN_JOINED_CHARS)
  const orders =
    isLong && words.length <= MAX_ORDERED ? ordersOf(words.map((word) => `(?:${stemsOf(word).join('|')})`)) : []
  return {
    words: words.map((word) => formOf(word, several)),
    between: several && words.every((word) => word.length >= MIN_INFLECTED_CHARS) ? MAX_BETWEEN : 0,
    joined:
      orders.length === 0
        ? null
        : new RegExp(orders.map((order) => order.join(`\\p{L}{0,${MAX_ENDING_CHARS}}`)).join('|'), 'u'),
  }
}

/** Whether a text holds all words of a name close together, in any order: some languages put the surname first. */
function holds({ words, joined }: SearchableText, name: NamePattern): boolean {
  const wanted = name.words
  if (wanted.length === 0) return false
  const areIn = (some: readonly string[]) => wanted.every((isForm) => some.some(isForm))
  const reach = wanted.length + name.between
  // Whether they are there at all is asked first: of most texts and names they are not.
  const areNear = areIn(words) && words.some((_, at) => areIn(words.slice(at, at + reach)))
  return areNear || name.joined?.test(joined) === true
}

function formOf(name: string, amongSeveral: boolean): (word: string) => boolean {
  const stems = stemsOf(name)
  const begins = amongSeveral && name.length >= MIN_INFLECTED_CHARS
  return (word) =>
    word === name ||
    (word.length <= name.length + MAX_ENDING_CHARS &&
      stems.some((stem) => (stem.length >= MIN_STEM_CHARS ? word.includes(stem) : begins && word.startsWith(stem))))
}

/** What stays of a name's word in its forms: “Павел” becomes “Павла”. */
function stemsOf(name: string): string[] {
  const stem = name.replace(FINAL_VOWEL, '')
  const short = name.replace(FLEETING_VOWEL, '$1')
  return name.length < MIN_INFLECTED_CHARS ? [name] : [...new Set([stem, short === name ? stem : short])]
}

/** What most often changes at the end of a name: Latin and Cyrillic vowels, the soft sign, and й, whose mark folding has taken. */
const FINAL_VOWEL = /[aeiouyаеиоуыэюяь]$/u
/** Before the last consonant it goes where an ending comes. */
const FLEETING_VOWEL = /[eoео]([^aeiouyаеиоуыэюяь])$/u

const ordersOf = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

/** Letters that no decomposition leads to the one that many type in their place. */
const ALIKE: Readonly<Record<string, string>> = {
  ...{ ł: 'l', ø: 'o', đ: 'd', ð: 'd', ı: 'i', æ: 'ae', œ: 'oe', þ: 'th' },
  ...{ қ: 'к', ғ: 'г', ң: 'н', ә: 'а', ө: 'о', ү: 'у', ұ: 'у', һ: 'х', і: 'и', є: 'е', ґ: 'г' },
  ...{ ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك' },
}
const HAS_ALIKE = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'gu')
/** Accents, what is not seen, the stroke that makes Arabic words longer, and the hamza that many leave out. */
const UNWRITTEN = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u0640\u0621]/gu
/** Letters that stand one by one, as in “V e r a”, are a word. */
const SPELT = /(?<!\p{L})\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}){3,}(?!\p{L})/gu

/** Without case, accents and invisible characters. */
const plainly = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(UNWRITTEN, '')
    .toUpperCase() // ß becomes SS, as in a name written in capitals
    .toLowerCase()
    .replace(HAS_ALIKE, (letter) => ALIKE[letter] ?? letter)

const wordsIn = (plain: string): string[] => plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
