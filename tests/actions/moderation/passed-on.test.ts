import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAsked, type WaitingItem } from '../../../src/actions/moderation/passed-on.ts'

const DAY_MS = 86_400_000
const LANGUAGES = ['en', 'ru', 'pt-BR', 'kk']

const desks = fc.uniqueArray(fc.constantFrom('anna', 'boris', 'clara', 'dana'), { minLength: 1 }).chain((names) =>
  fc.record({
    languages: fc
      .tuple(...names.map(() => fc.uniqueArray(fc.constantFrom(...LANGUAGES), { minLength: 1 })))
      .map((read) => new Map(names.map((name, n) => [name, read[n] ?? []]))),
    locale: fc.option(fc.constantFrom(...LANGUAGES, 'pt', 'lv')),
    passedBy: fc.subarray([...names, 'somebody who left']).map((all) => new Set(all)),
    age: fc.constantFrom(0, DAY_MS - 1, DAY_MS, 9 * DAY_MS),
  }),
)

const askedOf = (languages: Map<string, string[]>, item: WaitingItem, age: number) =>
  [...languages.keys()].filter((name) => isAsked(name, item, languages, item.at + age))

test('whoever moderates, somebody is always asked, and nobody about what they passed on while another is left', () => {
  fc.assert(
    fc.property(desks, ({ languages, locale, passedBy, age }) => {
      const asked = askedOf(languages, { locale, at: 1_000, passedBy }, age)
      expect(asked).not.toEqual([])
      const left = [...languages.keys()].filter((name) => !passedBy.has(name))
      const isPassedOn = left.length < languages.size
      if (isPassedOn) expect(asked).toEqual(left.length === 0 ? [...languages.keys()] : left)
    }),
  )
})

test('those who read the language are asked at once, all others a day later', () => {
  fc.assert(
    fc.property(desks, ({ languages, locale }) => {
      const item = { locale, at: 1_000, passedBy: new Set<string>() }
      const reads = (all: string[]) => all.some((one) => one.slice(0, 2) === locale?.slice(0, 2))
      const readers = [...languages].flatMap(([name, all]) => (reads(all) ? [name] : []))
      expect(askedOf(languages, item, 0)).toEqual(readers.length === 0 ? [...languages.keys()] : readers)
      expect(askedOf(languages, item, DAY_MS)).toEqual([...languages.keys()])
    }),
  )
})
