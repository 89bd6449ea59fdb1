import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findWithheldNames, listWithheldNames } from '../../../src/actions/moderation/withheld-names.ts'

const found = (text: string, ...names: string[]) => findWithheldNames(text, listWithheldNames([], [], names)).length > 0

test.each([
  ['Vera Pеtrova', 'Vera Petrova'], // Cyrillic е
  ['Pet-rova', 'Petrova'],
  ['K0walczyk', 'Kowalczyk'],
  ['Pet\u00ADro\u00ADva spoke', 'Petrova'],
  ['P.e.t.r.o.v.a', 'Petrova'],
  ['Pet.rova', 'Petrova'],
  ['Pe\u200Btrova', 'Petrova'],
  ['Kowa1czyk', 'Kowalczyk'],
  ['KowaIczyk', 'Kowalczyk'], // capital I
  ['lvan Moss', 'Ivan Moss'], // small L
  ['Пeтрoвa', 'Петрова'], // Latin e, o, a
  ['ПETPOBA', 'Петрова'], // Latin E T P O B A
  ['пeтpовой', 'Петрова'], // inflected, with Latin e and p
  ['Bepa Hopoвa', 'Вера Норова'],
  ['Αnna Κοvаcs', 'Anna Kovacs'], // Greek Α, Κ, ο, Cyrillic а
  ['Παπαδоpoυlos', 'Παπαδοpουlos'],
  ['Ѕаrаh Bеrg', 'Sarah Berg'],
  ['P3trova', 'Petrova'],
  ['Ann4 B3rg', 'Anna Berg'],
  ['Ｐｅｔｒｏｖａ', 'Petrova'], // full width
  ['𝐏𝐞𝐭𝐫𝐨𝐯𝐚', 'Petrova'], // mathematical bold
  ['Petr@va met $arah Berg', 'Sarah Berg'],
  ['Ahrned Barnes', 'Ahmed Barnes'],
  ['Әcем Hұрлан', 'Әсем Нұрлан'], // Latin c and H
  ['Pеt_rоvа', 'Petrova'],
  ['Nօrօvа', 'Norova'], // Armenian օ
  ['Տаrаհ Ԍrοѕѕ', 'Sarah Gross'], // Armenian Տ and հ
  ['Ꮲetrova', 'Petrova'], // Cherokee Ꮲ
  ['ᎬᎷᎷᎪ Ꮮee', 'Emma Lee'],
  ['Ŋorova', 'Norova'],
])('“%s” names %s', (text, name) => {
  expect(found(text, name)).toBe(true)
})

const WITHHELD = [
  'Vera Petrova',
  'Kowalczyk',
  'Ian Moss',
  'Вера Норова',
  'Anna Berg',
  'Павел Седов',
  'Әсем Нұрлан',
  'أمل',
]
test.each([
  ...[
    'Vera Petrenko',
    'Peter Rova',
    'Kowalski',
    'Lan Moss',
    'Jan Moss',
    'Вера Носова',
    'Бера Норова',
    'Вена Норова',
    'Anna Borg',
    'Hannah Borgia-Ruiz',
  ],
  ...[
    'Pavel Sedlak',
    'Павел Сидоров',
    'Паша Садов',
    'Әсем Нұрғали',
    'Асель Нурланова',
    'آمنة',
    'Élan Moses',
    'Verona Pietro',
    'Bepo Hopper',
    '101 Dalmatians 1917',
  ],
])('“%s” names nobody who is withheld', (text) => {
  expect(found(text, ...WITHHELD)).toBe(false)
})

/** Each letter with others that look like it. */
const DISGUISES: Readonly<Record<string, string>> = {
  a: 'аα4',
  e: 'е3',
  o: 'о0ο',
  p: 'рρ',
  c: 'с',
  k: 'кκ',
  v: 'ν',
  i: 'іι1',
  s: 'ѕ5$',
  t: 'τ7',
}

test('however a name is disguised, letter by letter and with signs in between, it is found', () => {
  const name = fc.constantFrom('Petrova', 'Kaposic', 'Viktoriac', 'Apostakis')
  fc.assert(
    fc.property(
      name,
      fc.array(fc.nat(5), { minLength: 9, maxLength: 9 }),
      fc.array(fc.constantFrom('', '', '', '-', '\u00AD', '.', '\u200D'), { minLength: 9, maxLength: 9 }),
      (whole, picks, gaps) => {
        let digits = 0
        const text = Array.from(whole, (letter, at) => {
          const others = Array.from(DISGUISES[letter] ?? '').filter((one) => !/\d/.test(one) || digits < 4)
          const one = [letter, ...others][(picks[at] ?? 0) % (others.length + 1)] ?? letter
          if (/\d/.test(one)) digits++
          return one + (at < whole.length - 1 ? gaps[at] : '')
        }).join('')
        expect(found(`We met ${text} there.`, whole)).toBe(true)
      },
    ),
    { numRuns: 1_000 },
  )
})
