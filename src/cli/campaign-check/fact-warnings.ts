import { localesOf } from '../../campaigns/campaign.ts'
import type { CampaignDefinition, Localised } from '../../campaigns/definition.ts'
import type { Path } from '../../campaigns/source/yaml.ts'
import { suggestion } from '../../kit/words/nearest-name.ts'
import type { CheckedCampaign, Warning } from './warning.ts'

/**
 * A text for readers among the facts. A name (`isName`) may be the same in every language, words may not; `mayBeName` is a place
 * or a party, which is either. `also`: a language that this text alone may have.
 */
type Fact = { path: Path; text: Localised; isName?: true; mayBeName?: true; also?: string }

/** Whether every long word begins with a capital or a digit, as in the name of a person, an organisation or a street. */
const looksLikeName = (text: string): boolean =>
  text
    .split(/[\s-]+/)
    .filter((word) => word.length >= LONG_WORD_CHARS)
    .every((word) => /^[^\p{L}\p{N}]*[\p{Lu}\p{Lt}\p{N}]/u.test(word))

/** Letters of a long word: shorter ones, such as “the” and “of”, are small within names too. */
const LONG_WORD_CHARS = 4

/** Facts that readers of a language get in another one, and keys that are no language of the site. */
export function factWarnings({ campaign, inFacts }: CheckedCampaign, siteLocales: readonly string[]): Warning[] {
  const locales = localesOf(campaign)
  return factsOf(campaign).flatMap(({ path, text, isName, mayBeName, also }) => {
    const name = nameOf(path)
    if (typeof text === 'string') {
      if (locales.length < 2 || isName || (mayBeName && looksLikeName(text)) || !/\p{L}/u.test(text)) return []
      const others = locales.filter((locale) => locale !== 'en').map((locale) => `${locale}: …`)
      return [
        inFacts(
          path,
          `${name} is the same in every language, ${JSON.stringify(text)}: write { en: …, ${others.join(', ')} }`,
        ),
      ]
    }
    const known = [...siteLocales, ...(also === undefined ? [] : [also])]
    const strange = Object.keys(text).filter((key) => !known.includes(key))
    const missing = isName ? [] : locales.filter((locale) => text[locale] === undefined)
    return [
      ...strange.map((key) =>
        inFacts(
          [...path, key],
          `${name} has a text in ${key}, which is no language of this site${suggestion(key, known)}`,
        ),
      ),
      ...(missing.length > 0
        ? [inFacts(path, `${name} has no text in ${missing.join(', ')}: readers get another language`)]
        : []),
    ]
  })
}

function factsOf(campaign: CampaignDefinition): Fact[] {
  const { places, organisations, targets, copies, support, events, claims, people } = campaign
  const facts: Fact[] = []
  const add = (path: Path, text: Localised | undefined, more: Omit<Fact, 'path' | 'text'> = {}) => {
    if (text !== undefined) facts.push({ path, text, ...more })
  }
  const isName = true
  const mayBeName = true
  for (const [i, place] of places.entries()) add(['places', i], place, { mayBeName })
  for (const [i, { name }] of organisations.entries()) add(['organisations', i, 'name'], name, { isName })
  for (const [i, { name, role, salutation, locale: also }] of targets.entries()) {
    add(['targets', i, 'name'], name, { isName })
    add(['targets', i, 'role'], role)
    add(['targets', i, 'salutation'], salutation, { isName, also })
  }
  for (const [list, contacts] of Object.entries({ copies, support }))
    for (const [i, { name, role }] of contacts.entries()) {
      add([list, i, 'name'], name, { isName })
      add([list, i, 'role'], role)
    }
  for (const [i, { title, place }] of events.entries()) {
    add(['events', i, 'title'], title)
    add(['events', i, 'place'], place, { mayBeName })
  }
  for (const [i, { unit, saidBy }] of claims.entries()) {
    add(['claims', i, 'unit'], unit)
    add(['claims', i, 'saidBy'], saidBy, { mayBeName })
  }
  for (const [i, { as, role, agreed }] of people.entries()) {
    add(['people', i, 'as'], as, { isName })
    add(['people', i, 'role'], role)
    add(['people', i, 'agreed', 'by'], agreed?.by, { mayBeName })
  }
  return facts
}

const nameOf = (path: Path): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`)).join('')
