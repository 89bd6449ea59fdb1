import { LOOKS, readingsOf, skeletonOf } from './look-alikes.ts'
import type { NamePattern, NamePatterns } from './name-pattern.ts'
import { bare, plainly, wordsIn } from './words.ts'

/** One way to cut a text: its words, each with everything it may say, and all of them joined. */
type Cut = { words: ReadonlyArray<readonly string[]>; joined: readonly string[] }

/** A text prepared for the search: by its letters, and by its look, each cut at signs and at spaces. */
type SearchableText = { plain: readonly Cut[]; typed: readonly Cut[]; small: readonly Cut[]; large: readonly Cut[] }

/** A word that is spelt out, letter by letter, as in “V e r a”. */
const SPELT = /(?<!\p{L})\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}){3,}(?!\p{L})/gu

export function toSearchableText(text: string): SearchableText {
  const plain = bare(text)
  const [typed, small, large] = LOOKS.map((look) => cutsOf(skeletonOf(plain, look, false), readingsOf))
  return { plain: cutsOf(plainly(text), (word) => [word]), typed: typed ?? [], small: small ?? [], large: large ?? [] }
}

/** The words between signs, and the words between spaces without the signs in them: “Pet-rova” is one word as well as two. */
function cutsOf(plain: string, read: (word: string) => string[]): Cut[] {
  const words = wordsIn(plain)
  const spelt = (plain.match(SPELT) ?? []).map((letters) => wordsIn(letters).join(''))
  const whole = plain.split(/\s+/).flatMap((part) => wordsIn(part).join('') || [])
  const cuts = whole.join(' ') === words.join(' ') ? [[...words, ...spelt]] : [[...words, ...spelt], whole]
  return cuts.map((all, at) => {
    const readings = all.map(read)
    const parts = at === 0 ? readings.slice(0, words.length) : readings
    const first = parts.map(([one]) => one).join('')
    const last = parts.map((some) => some.at(-1)).join('')
    return { words: readings, joined: first === last ? [first] : [first, last] }
  })
}

/** Whether a text has a name, by its letters or by its look. */
export const holds = (text: SearchableText, { plain, looks }: NamePatterns): boolean =>
  text.plain.some((cut) => cutHolds(cut, plain)) ||
  LOOKS.some((look) => text.typed.some((cut) => cutHolds(cut, looks[look]))) ||
  text.small.some((cut) => cutHolds(cut, looks.small)) ||
  text.large.some((cut) => cutHolds(cut, looks.large))

/** Whether a text has all words of a name close together. In any order, because some languages put the surname first. */
function cutHolds({ words, joined }: Cut, name: NamePattern): boolean {
  const wanted = name.words
  if (wanted.length === 0) return false
  const areIn = (some: ReadonlyArray<readonly string[]>) =>
    wanted.every((isForm) => some.some((readings) => readings.some(isForm)))
  const reach = wanted.length + name.between
  // The quick test comes first: most texts do not have the words at all.
  const areNear = areIn(words) && words.some((_, at) => areIn(words.slice(at, at + reach)))
  return areNear || joined.some((all) => name.joined?.test(all) === true)
}
