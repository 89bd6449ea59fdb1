import type { Campaign } from '../campaigns/campaign.ts'
import type { Localised } from '../campaigns/definition.ts'

/** Somebody who must not be named, and the names by which they would be. `who` may be told to a moderator; the names may not. */
export type Withheld = { who: string; names: readonly string[] }

type People = Campaign['people']

/**
 * Whom nobody may name in this campaign: the people of the setting `WITHHELD_NAMES`, told by their number in it, and those whom an earlier
 * revision showed more of than the current one does, told by their id.
 */
export function withheldIn(people: People, earlier: readonly People[], secret: readonly string[]): Withheld[] {
  const withdrawn = new Map<string, Set<string>>()
  for (const then of earlier.flat()) {
    const now = people.find(({ id }) => id === then.id)
    const shown = now === undefined || now.naming === 'withheld' ? [] : textsOf(now.as)
    const gone = textsOf(then.as).filter((name) => !shown.some((text) => names(text, name)))
    if (gone.length > 0) withdrawn.set(then.id, new Set([...(withdrawn.get(then.id) ?? []), ...gone]))
  }
  return [
    ...secret.map((name, n) => ({ who: String(n + 1), names: [name] })),
    ...[...withdrawn].map(([who, names]) => ({ who, names: [...names] })),
  ]
}

const textsOf = (text: Localised | undefined): string[] =>
  text === undefined ? [] : typeof text === 'string' ? [text] : Object.values(text)

/** Which of them a text names. */
export const namedIn = (text: string, withheld: readonly Withheld[]): string[] =>
  withheld.filter((one) => one.names.some((name) => names(text, name))).map(({ who }) => who)

/** Letters that a word may have beyond a name's: endings of cases, possessives, an article or a conjunction written together with it. */
const MAX_ENDING_CHARS = 4
/** Letters from which on a name's word is found in its inflected forms; initials and short syllables would be found everywhere. */
const MIN_STEM_CHARS = 4
/** Words that may stand among those of a name, such as a patronymic; among initials none may. */
const MAX_BETWEEN = 1

/** Whether a text holds all words of a name close together, in any order: some languages put the surname first. */
function names(text: string, name: string): boolean {
  const wanted = wordsOf(name)
  if (wanted.length === 0) return false
  const words = wordsOf(text)
  const between = wanted.length > 1 && wanted.every((word) => word.length >= MIN_STEM_CHARS) ? MAX_BETWEEN : 0
  return words.some((_, at) => {
    const near = words.slice(at, at + wanted.length + between)
    return wanted.every((word) => near.some((other) => isForm(other, word)))
  })
}

function isForm(word: string, name: string): boolean {
  if (word === name) return true
  const stem = name.replace(FINAL_VOWEL, '')
  return stem.length >= MIN_STEM_CHARS && word.length <= name.length + MAX_ENDING_CHARS && word.includes(stem)
}

/** What most often changes at the end of a name: Latin and Cyrillic vowels, the soft sign, and й, whose mark folding has taken. */
const FINAL_VOWEL = /[aeiouyаеиоуыэюяьіүұө]$/u

/** Words without case, accents and invisible characters. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toUpperCase() // ß becomes SS, as in a name written in capitals
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
