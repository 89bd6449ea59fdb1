import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { messageFaults, readStrings } from '../../src/cli/language-files/read-strings.ts'
import { bannedPattern, readGlossary, termPattern } from '../support/glossary/read-glossary.ts'
import { typographyFaults } from '../support/glossary/typography.ts'
import {
  campaignTexts,
  formsWithoutNumber,
  numbersWithoutPlural,
  stringTexts,
  type WrittenText,
} from '../support/glossary/written-texts.ts'

const root = join(import.meta.dirname, '../..')
const glossary = readGlossary(root)
const english = glossary.find(({ locale }) => locale === 'en')
const englishTexts = stringTexts(root, 'en')

const fault = ({ file, line }: { file: string; line: number }, found: string, expected: string) =>
  `${file}:${line}: found “${found}”, expected ${expected}`

/** Keys of the words on buttons and links that do something, each something else. */
const ACTS = [
  ...['campaign.act', 'campaign.write', 'campaign.send-support', 'campaign.endorse', 'share.title', 'share.mail'],
  ...['form.submit', 'confirm.button', 'leave.button', 'my-data.button', 'problem.sign-up', 'problem.my-data'],
  ...['writing.submit', 'letter.button', 'report.own-mailbox', 'report.paper', 'voicing.submit', 'voice.button'],
  ...['stop.button', 'no-more.button', 'no-more.undo', 'preferences.save', 'preferences.export-button'],
  ...[
    'preferences.erase-button',
    'stop.letters-digest',
    'stop.letters-left',
    'moderating.pass-on',
    'moderating.accept',
    'moderating.refuse',
    'moderated.next',
  ],
]

/** Sentences that people have agreed to: they stay as they were (src/web/consent.tsx). */
const isConsent = ({ key }: WrittenText): boolean => key.startsWith('consent.')

/** Keys of the texts that have a term. */
const keysWith = (texts: readonly WrittenText[], term: string): string[] => {
  const pattern = termPattern(term)
  return texts
    .filter(({ text }) => pattern.test(text))
    .map(({ file, key }) => `${file.replace(/\w+\.yaml$/, '')}${key}`)
}

describe('the glossary', () => {
  it('has a part for each language of the texts', () => {
    const files = readdirSync(join(root, 'strings')).filter((name) => name.endsWith('.yaml'))
    expect(glossary.map(({ locale }) => `${locale}.yaml`).sort()).toEqual(files.sort())
  })

  it('finds the faults it is there for', () => {
    expect(bannedPattern('mail / mails').test('Two MAILS came')).toBe(true)
    expect(bannedPattern('mail').test('the mailing')).toBe(false)
    expect(bannedPattern('e-mail* / (a) b?').test('two e-mails')).toBe(true)
    expect(bannedPattern('обращени*').test('нет обращения')).toBe(true)
    expect(termPattern('отписаться').test('Вы отписались')).toBe(true)
    expect(termPattern('الرسالة').test('وبالرسالتين')).toBe(true)
    const faults = (locale: string, text: string, typography = '«»') =>
      typographyFaults(locale, typography, text).length
    expect([faults('fr', 'Oui : « ça »'), faults('fr', 'Oui\u00A0: «\u202Fça\u202F»'), faults('fr', "l'an")]).toEqual([
      2, 0, 1,
    ])
    expect([faults('ru', 'Да — нет'), faults('ru', 'Да\u00A0— «нет»'), faults('kk', '“Иә”')]).toEqual([1, 0, 1])
    expect([faults('es', 'Qué?'), faults('es', '¿Qué?'), faults('es', '“a”'), faults('es', '“a”', '“”')]).toEqual([
      1, 0, 1, 0,
    ])
    expect([faults('ar', 'نعم, لا'), faults('ar', 'نعم، لا؟'), faults('en', "it's"), faults('en', 'it’s')]).toEqual([
      1, 0, 1, 0,
    ])
  })
})

describe.each(glossary)('the texts in $locale', (section) => {
  const { locale, address, typography, terms, banned } = section
  const strings = stringTexts(root, locale)
  const all = [...strings, ...campaignTexts(root, locale)]

  it(`have a complete part in the glossary (${locale})`, () => {
    const empty = [...terms, ...banned].filter(({ left, right }) => left === '' || right === '')
    expect(
      empty.map((row) => fault({ file: 'strings/glossary.md', ...row }, `${row.left} | `, 'a word in each cell')),
    ).toEqual([])
    expect(
      [address, typography].map((text) => text !== ''),
      'form of address and typography',
    ).toEqual([true, true])
    expect(banned.length).toBeGreaterThan(0)
    expect(terms.map(({ left }) => left)).toEqual(english?.terms.map(({ left }) => left))
  })

  it(`have no form that is not to be used (${locale})`, () => {
    const patterns = banned.map(({ left, right }) => ({ pattern: bannedPattern(left), right }))
    const found = all
      .filter((at) => !isConsent(at))
      .flatMap((at) =>
        patterns.flatMap(({ pattern, right }) => {
          const form = pattern.exec(at.text)?.[0]
          return form === undefined ? [] : [fault(at, form, `“${right}”`)]
        }),
      )
    expect([...new Set(found)]).toEqual([])
  })

  it(`keep the typography of the language (${locale})`, () => {
    const found = all.flatMap((at) =>
      typographyFaults(locale, typography, at.text).map(({ found, expected }) => fault(at, found, expected)),
    )
    expect([...new Set(found)]).toEqual([])
  })

  it(`choose a plural form for each number that counts something (${locale})`, () => {
    const files = [`strings/${locale}.yaml`, `emails/strings/${locale}.yaml`]
    const faults = files.flatMap((file) =>
      messageFaults(readStrings(locale, file, readFileSync(join(root, file), 'utf8')).strings),
    )
    expect(faults).toEqual([])
    expect([
      ...numbersWithoutPlural(root, locale).map((at) => fault(at, at.text, 'a plural')),
      ...formsWithoutNumber(root, locale).map((at) => fault(at, at.text, '# in a form that several numbers share')),
    ]).toEqual([])
  })

  it(`call no two acts by the same words (${locale})`, () => {
    const acts = strings.filter(({ file, key }) => file === `strings/${locale}.yaml` && ACTS.includes(key))
    expect(acts).toHaveLength(ACTS.length)
    const firstOf = new Map<string, WrittenText>()
    const shared = acts.flatMap((at) => {
      const first = firstOf.get(at.text.toLowerCase())
      if (first === undefined) firstOf.set(at.text.toLowerCase(), at)
      return first === undefined ? [] : [fault(at, at.text, `other words than those of ${first.key}`)]
    })
    expect(shared).toEqual([])
  })

  it(`say each thing by its term where English does (${locale})`, () => {
    const missing = terms.flatMap((row, index) => {
      const keys = new Set(keysWith(englishTexts, english?.terms[index]?.left ?? ''))
      const term = locale === 'en' ? row.left : row.right
      const used = keysWith(strings, term).filter((key) => keys.has(key))
      const expected = `it in one of ${[...keys].slice(0, 3).join(', ')}`
      return keys.size > 0 && used.length === 0 ? [fault({ file: 'strings/glossary.md', ...row }, term, expected)] : []
    })
    expect(missing).toEqual([])
  })
})
