import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findInvisible, trimUnseen, visibleText } from '../../src/kit/characters.ts'
import { plainName } from '../../src/kit/person-name.ts'
import { normaliseAddress } from '../../src/security/address.ts'

/** Spaces without width, joiners, marks of direction, soft hyphens, tags, selectors and fillers, by code point. */
const RANGES = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2069],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xe0020, 0xe007f],
  [0xe0100, 0xe01ef],
] as const
const all = RANGES.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, n) => String.fromCodePoint(from + n)),
)
const invisible = fc.constantFrom(...all)
const hidden = fc.string({ unit: invisible, minLength: 1, maxLength: 6 })
const ADDRESS = 'anna@example.org'

test('invisible characters around an address are dropped', () => {
  fc.assert(
    fc.property(hidden, hidden, (before, behind) => {
      expect(normaliseAddress(` ${before}${ADDRESS}${behind} `)).toEqual({ ok: true, value: ADDRESS })
    }),
  )
})

test('an invisible character inside an address refuses it, and its code and place are known', () => {
  fc.assert(
    fc.property(invisible, fc.integer({ min: 1, max: ADDRESS.length - 1 }), (character, at) => {
      const typed = `${ADDRESS.slice(0, at)}${character}${ADDRESS.slice(at)}`
      expect(normaliseAddress(typed)).toEqual({ ok: false, error: 'invisible' })
      const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      expect(findInvisible(trimUnseen(typed))).toEqual({ code: `U+${point}`, place: at + 1 })
    }),
  )
})

test('a joiner that the script of a domain needs is no fault', () => {
  expect(normaliseAddress('info@نامه\u200Cای.example').ok).toBe(true)
})

test('a name of nothing but invisible characters is no name', () => {
  fc.assert(
    fc.property(hidden, (name) => {
      expect(plainName(` ${name} ${name}`)).toBe('')
    }),
  )
})

test('invisible characters in a name are removed, and a name is stored as it is read again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(invisible, fc.constantFrom('A', 'я', ' ', 'ن', '😀')), { maxLength: 12 }),
      (parts) => {
        const once = plainName(parts.join(''))
        expect(plainName(once)).toBe(once)
      },
    ),
  )
  expect(plainName('An\u200Bna\u00AD \u2060Ka\uFEFFrenina\u{E0041}')).toBe('Anna Karenina')
  expect(plainName('\u202Eanna\u202C')).toBe('anna')
})

test.each([
  ['Persian', 'می\u200Cخواهم'],
  ['Hindi', 'क्\u200Dष'],
  ['a family', '👩\u200D👩\u200D👧'],
  ['a red heart', '❤\uFE0F'],
  ['the flag of Wales', '🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}'],
  ['an older form of a Japanese name', '葛\u{E0100}城'],
])('what shapes visible characters stays: %s', (_, name) => {
  expect(visibleText(name)).toBe(name)
  expect(plainName(name)).toBe(name.normalize('NFC'))
})
