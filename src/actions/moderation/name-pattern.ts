import { LOOKS, type Look, skeletonOf } from './look-alikes.ts'
import { bare, plainly, wordsIn } from './words.ts'

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

/** A name prepared for the search. */
export type NamePattern = {
  words: ReadonlyArray<(word: string) => boolean> // one test for each word of the name
  between: number // other words that may be between them
  joined: RegExp | null // all words in any order, with endings; null when the name is too short
}

/** A name as it is written, and prepared by its letters and by its look. */
export type NamePatterns = { name: string; plain: NamePattern; looks: Readonly<Record<Look, NamePattern>> }

export function toNamePatterns(name: string): NamePatterns {
  const [typed, small, large] = LOOKS.map((look) => toNamePattern(wordsIn(skeletonOf(bare(name), look, true))))
  const plain = toNamePattern(wordsIn(plainly(name)))
  return { name, plain, looks: { typed: typed ?? plain, small: small ?? plain, large: large ?? plain } }
}

function toNamePattern(words: readonly string[]): NamePattern {
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
