import type { Campaign } from '../../campaigns/campaign.ts'
import type { Localised } from '../../campaigns/definition.ts'

/** A person who must not be named. Moderators may see `who`, a number or an id, but never the names. */
export type WithheldName = { who: string; names: readonly NamePattern[] }

type People = Campaign['people']

/**
 * The withheld names of a campaign. `secret` are its names in the setting WITHHELD_NAMES, reported by their number from 1. The others are
 * names that an `earlier` revision had and the current `people` no longer show, reported by the person's id.
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

/** The `who` of every withheld name that occurs in a text, also inflected, transposed, spelt out or joined. */
export function findWithheldNames(text: string, withheld: readonly WithheldName[]): string[] {
  const words = toSearchableText(text)
  return withheld.filter(({ names }) => names.some((name) => holds(words, name))).map(({ who }) => who)
}

/** Letters that a word may have beyond a name: case endings, possessives, or an article or conjunction written together with the name. */
const MAX_ENDING_CHARS = 4
/** Letters of a stem that is searched anywhere in a word. Shorter stems would match too many words. */
const MIN_STEM_CHARS = 4
/** Letters of a word that is also searched in inflected forms, when the name has several words: “Анны Ивановой”. Initials have no forms. */
const MIN_INFLECTED_CHARS = 3
/** Other words that may be between the words of a name, such as a patronymic or “the baker”. Not for names with initials. */
const MAX_BETWEEN = 2
/** Letters of a name that is also searched in the text without spaces. Shorter names would match by chance where two words meet. */
const MIN_JOINED_CHARS = 8
/** The same limit for Chinese and Japanese characters, which carry more meaning and are written without spaces. */
const MIN_JOINED_SIGNS = 2
const SIGNS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+$/u
/** Words of a name that is searched without spaces in all orders, which are 24 for four words. */
const MAX_ORDERED = 4

/** A text prepared for the search: its words without case and accents, and all of them joined. */
type SearchableText = { words: readonly string[]; joined: string }

function toSearchableText(text: string): SearchableText {
  const plain = plainly(text)
  const words = wordsIn(plain)
  const spelt = plain.match(SPELT) ?? []
  return { words: [...words, ...spelt.map((letters) => wordsIn(letters).join(''))], joined: words.join('') }
}

/** A name prepared for the search. */
type NamePattern = {
  words: ReadonlyArray<(word: string) => boolean> // one test for each word of the name
  between: number // other words that may be between them
  joined: RegExp | null // all words in any order, with endings; null when the name is too short
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

/** Whether a text has all words of a name close together. In any order, because some languages put the surname first. */
function holds({ words, joined }: SearchableText, name: NamePattern): boolean {
  const wanted = name.words
  if (wanted.length === 0) return false
  const areIn = (some: readonly string[]) => wanted.every((isForm) => some.some(isForm))
  const reach = wanted.length + name.between
  // The quick test comes first: most texts do not have the words at all.
  const areNear = areIn(words) && words.some((_, at) => areIn(words.slice(at, at + reach)))
  return areNear || name.joined?.test(joined) === true
}

/** A test whether a word is a form of a name's word. `amongSeveral`: the name has other words, too. */
function formOf(name: string, amongSeveral: boolean): (word: string) => boolean {
  const stems = stemsOf(name)
  const begins = amongSeveral && name.length >= MIN_INFLECTED_CHARS
  return (word) =>
    word === name ||
    (word.length <= name.length + MAX_ENDING_CHARS &&
      stems.some((stem) => (stem.length >= MIN_STEM_CHARS ? word.includes(stem) : begins && word.startsWith(stem))))
}

/** The stems that inflected forms of a word share: “Павел” becomes “Павла”. */
function stemsOf(name: string): string[] {
  const stem = name.replace(FINAL_VOWEL, '')
  const short = name.replace(FLEETING_VOWEL, '$1')
  return name.length < MIN_INFLECTED_CHARS ? [name] : [...new Set([stem, short === name ? stem : short])]
}

/** The endings that inflection changes most often: vowels, the soft sign, and й, which has lost its mark by normalisation. */
const FINAL_VOWEL = /[aeiouyаеиоуыэюяь]$/u
/** A vowel before the last consonant that disappears when an ending follows. */
const FLEETING_VOWEL = /[eoео]([^aeiouyаеиоуыэюяь])$/u

/** All orders of the items. */
const ordersOf = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

/** Letters that Unicode does not decompose, each with the letters that many people type instead. */
const ALIKE: Readonly<Record<string, string>> = {
  ...{ ł: 'l', ø: 'o', đ: 'd', ð: 'd', ı: 'i', æ: 'ae', œ: 'oe', þ: 'th' },
  ...{ қ: 'к', ғ: 'г', ң: 'н', ә: 'а', ө: 'о', ү: 'у', ұ: 'у', һ: 'х', і: 'и', є: 'е', ґ: 'г' },
  ...{ ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك' },
}
const HAS_ALIKE = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'gu')
/** Accents, invisible characters, the stroke that lengthens Arabic words, and the hamza that many leave out. */
const UNWRITTEN = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u0640\u0621]/gu
/** A word that is spelt out, letter by letter, as in “V e r a”. */
const SPELT = /(?<!\p{L})\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}){3,}(?!\p{L})/gu

/** The text without case, accents and invisible characters. */
const plainly = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(UNWRITTEN, '')
    .toUpperCase() // ß becomes SS, as in a name written in capitals
    .toLowerCase()
    .replace(HAS_ALIKE, (letter) => ALIKE[letter] ?? letter)

const wordsIn = (plain: string): string[] => plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
