import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsLink, linksTo, withoutLinks } from '../../src/kit/links/links.ts'
import { TOP_LEVEL_DOMAINS } from '../../src/kit/links/top-level-domains.ts'

/** Fifty names and places as people write them. */
const INNOCENT = [
  ...[
    'И.Петров',
    'г.Омск',
    'J.R.R. Tolkien',
    'Dr.med. Weber',
    'St.Gallen',
    'г.москва',
    'ул.Ленина, д.5',
    'А.С.Пушкин',
    'S.p.A. Bianchi',
  ],
  ...[
    'Prof.Dr. Ana Ruiz',
    'M.Sc. Li',
    'Ph.D. Candidate',
    'Jos.é',
    'O’Brien-Smith',
    'Mª.José',
    'D.C.',
    'Washington, D.C.',
    'N.Y.',
    'U.S.A.',
  ],
  ...[
    'C.G.T.',
    'CC.OO.',
    'UGT @ Sevilla',
    '@union',
    'Müller GmbH & Co.KG',
    'Ltd. Ost',
    'A.Li',
    'Mr.T',
    'e.e. cummings',
    'k.d. lang',
  ],
  ...[
    'Anna Maria v.d. Berg',
    'St. Pölten',
    'Ste.Foy-lès-Lyon',
    'п.г.т.Южный',
    'с.Покровка',
    'пос.Заречный',
    'р.п.Линёво',
    'Алматы қ.',
    'ТОО «Жұмыс»',
  ],
  ...[
    'م.علي',
    'د. ليلى',
    'القاهرة، مصر',
    'بيروت - لبنان',
    '李明',
    '東京都',
    'Ł.Kowalczyk',
    'Wrocław (PL)',
    'Łódź/Polska',
    'IG Metall 4.0',
  ],
  ...['St.John’s', 'Vitoria-Gasteiz', 'Nº.3 Taller', 'LI.RU', 'Sen.Io', 'J.LINK', 'ООО.РОМАШКА', 'ST.GALLEN'],
]

test.each(INNOCENT)('“%s” passes as a name or a place', (name) => {
  expect(holdsLink(name)).toBe(false)
})

test.each([
  ...[
    'https://evil.example/win',
    'hxxp://shop.invalid',
    'evil.com',
    'see evil.com.',
    'Visit pay.evil.co.uk now',
    'EVIL.COM',
    'Paypal.Com',
  ],
  ...[
    'www.evil',
    'WWW.PRIZE',
    'support@paypal.com',
    'IT Helpdesk <it@host>',
    'a > b',
    '<b>Anna</b>',
    'mailto:anna',
    'javascript:alert',
    't.me/prize',
  ],
  ...[
    'evil\u200B.com',
    'ev\u00ADil.com',
    'evil\u3002com',
    'ｅｖｉｌ．ｃｏｍ',
    'x＠example.net',
    '＜script＞',
    'xn--80ak6aa92e.xn--p1ai',
    'выигрыш.рф',
  ],
  ...[
    'приз.онлайн',
    'Анна приз.рус',
    'И.Иванов.evil.com',
    'bit.ly/3x',
    'Bit.ly/3x',
    'Evil.ru',
    'EVIL.RU',
    'ПРИЗ.РФ',
    'ANNA CASINO.SHOP',
    'WIN.XYZ!',
    'win.xyz Anna',
    'anna@[127.0.0.1]',
    'casino.ไทย',
  ],
])('“%s” is refused as a name', (name) => {
  expect(holdsLink(name)).toBe(true)
})

const word = fc.stringMatching(/^[a-z]{2,9}$/)

test('whatever stands around a lower-case registered domain, the name is refused', () => {
  const around = fc.constantFrom('', ' ', 'Anna ', '(', 'Омск, ')
  const domain = fc.tuple(word, fc.constantFrom(...TOP_LEVEL_DOMAINS)).map((labels) => labels.join('.'))
  fc.assert(
    fc.property(around, domain, fc.constantFrom('', ' Ruiz', '.', ')', ', Омск', '/a'), (before, it, after) => {
      expect(holdsLink(before + it + after)).toBe(true)
    }),
  )
})

test('initials, with or without a space before the surname, always pass', () => {
  const initial = fc.constantFrom(...'ABCDEFGHIJKLMNOPRSTUVWXYZАБВГДЕЖИКЛМНОПРСТУФХЦЧШЯ').map((letter) => `${letter}.`)
  const surname = fc.tuple(
    fc.constantFrom('Ivanov', 'Петров', 'Ruiz', 'Lee', 'Ng', 'Ma'),
    fc.constantFrom('', '-Smith'),
  )
  fc.assert(
    fc.property(
      fc.array(initial, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', ' '),
      surname,
      (some, space, parts) => {
        expect(holdsLink(some.join('') + space + parts.join(''))).toBe(false)
      },
    ),
  )
})

test.each([
  ['Pay at https://evil.example/now today, please.', 'Pay at today, please.'],
  ['Write to anna@example.org or www.prize.com.', 'Write to or'],
  ['Смотрите выигрыш.рф и пишите мне.', 'Смотрите и пишите мне.'],
  ['Ask me (evil.com) first.', 'Ask me first.'],
  ['Mail boss (at) example.org today.', 'Mail today.'],
  ['See Evil.de today.', 'See today.'],
])('“%s” without its links is “%s”', (sentence, rest) => {
  expect(linksTo(sentence)).toBe(true)
  expect(withoutLinks(sentence)).toBe(rest)
})

test.each([
  'Es reicht! Und zwar jetzt.',
  'Mi abuelo trabajó aquí 40 años...',
  '我们支持你们。',
  'Это было 1.5.2015 в 10.30.',
  'I earn 3.50 an hour.',
])('“%s” stays as it is', (sentence) => {
  expect(linksTo(sentence)).toBe(false)
  expect(withoutLinks(sentence)).toBe(sentence)
})

test('no sentence holds a link once its links are taken out', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('a.com', 'www.', 'x@y', '://', '(at)', '\u200B', 'evil', '.', 'de'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      expect(linksTo(withoutLinks(pieces.join('')))).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})
