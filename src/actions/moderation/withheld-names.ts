import type { Campaign } from '../../campaigns/campaign.ts'
import type { Localised } from '../../campaigns/definition.ts'
import { type NamePatterns, toNamePatterns } from './name-pattern.ts'
import { holds, toSearchableText } from './searchable-text.ts'

/** A person who must not be named. Moderators may see `who`, a number or an id, but never the names. */
export type WithheldName = { who: string; names: readonly NamePatterns[] }

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
      (name) => !shown.some((text) => holds(toSearchableText(text), toNamePatterns(name))),
    )
    if (gone.length > 0) withdrawn.set(then.id, new Set([...(withdrawn.get(then.id) ?? []), ...gone]))
  }
  return [
    ...secret.map((name, n) => ({ who: String(n + 1), names: [toNamePatterns(name)] })),
    ...[...withdrawn].map(([who, names]) => ({ who, names: [...names].map(toNamePatterns) })),
  ]
}

const textsOf = (text: Localised | undefined): string[] =>
  text === undefined ? [] : typeof text === 'string' ? [text] : Object.values(text)

/** The `who` of every withheld name that occurs in a text, also inflected, transposed, spelt out, joined, or in letters that look alike. */
export function findWithheldNames(text: string, withheld: readonly WithheldName[]): string[] {
  const words = toSearchableText(text)
  return withheld.filter(({ names }) => names.some((name) => holds(words, name))).map(({ who }) => who)
}
