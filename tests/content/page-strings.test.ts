import { describe, expect, it } from 'vitest'
import { COUNTRIES } from '../../src/kit/countries.ts'
import { formatDay } from '../../src/kit/dates.ts'
import { countriesIn } from '../../src/kit/localised-names.ts'
import { pageStrings } from '../../src/kit/page-strings.gen.ts'
import { translator } from '../../src/kit/page-texts.ts'

const locales = Object.keys(pageStrings)
const values = {
  sender: 'Union',
  title: 'Title',
  name: 'Anna',
  day: '1 May 2026',
  language: 'French',
  countries: 'Utopia',
  names: 'A deputy',
  ...{ figure: 1234, count: 3, most: 600, goal: 100, accepted: 4, refused: 1, waiting: 2, ownMailbox: 5, paper: 6 },
  who: '2',
  ...{ part: 2, parts: 3 },
  code: 'U+200B',
  place: 3,
  workers: 'Crew',
}

describe('the texts of the pages', () => {
  it.each(['sheet.last-day', 'preferences.paused', 'notice.expired', 'plain.last-day'])(
    'have one full stop after a date, also where the date ends with one (%s)',
    (key) => {
      for (const locale of locales)
        expect(translator(locale)(key, { day: formatDay(locale, '2027-03-31') }), locale).not.toContain('..')
    },
  )

  it('exist in the six languages of the demonstration, each with every key', () => {
    const keys = Object.keys(pageStrings.en ?? {}).sort()
    for (const locale of ['en', 'ru', 'fr', 'es', 'kk', 'ar']) {
      expect(Object.keys(pageStrings[locale] ?? {}).sort(), locale).toEqual(keys)
    }
  })

  it('can all be formatted, without leftover syntax', () => {
    for (const locale of locales) {
      const t = translator(locale)
      for (const key of Object.keys(pageStrings[locale] ?? {}))
        expect(t(key, values), `${locale} ${key}`).not.toMatch(/[{}#]/)
    }
  })

  it('use the plural forms of the language', () => {
    const problems = (locale: string) => [1, 2, 5].map((count) => translator(locale)('form.problems', { count }))
    expect(problems('ru')).toEqual(['Нужно исправить 1 ошибку', 'Нужно исправить 2 ошибки', 'Нужно исправить 5 ошибок'])
    expect(new Set(problems('ar')).size).toBe(3)
  })

  it('are English in a language without translation', () => {
    expect(translator('de')('channel.post')).toBe('Post')
  })
})

describe('countries', () => {
  it('have a name in every language, never a bare code, in the order of that language', () => {
    for (const locale of locales) {
      const names = countriesIn(locale).map(([, name]) => name)
      expect(names).toHaveLength(COUNTRIES.length)
      expect(names.filter((name) => /^[A-Z]{2}$/.test(name))).toEqual([])
      expect(names).toEqual([...names].sort(new Intl.Collator(locale).compare))
    }
    expect(countriesIn('fr').findIndex(([code]) => code === 'EG')).toBeLessThan(
      countriesIn('fr').findIndex(([code]) => code === 'FR'),
    )
  })
})
