import { expect, test } from 'vitest'
import { fromName } from '../../../src/emails/letters/from-name.ts'

test.each([
  ['en', 'Anna Quayside via Union'],
  ['ru', 'Anna Quayside через Union'],
  ['fr', 'Anna Quayside via Union'],
  ['es', 'Anna Quayside a través de Union'],
  ['kk', 'Union арқылы Anna Quayside'],
  ['ar', 'Anna Quayside عبر Union'],
  ['pl', 'Anna Quayside via Union'], // a target whose language has no mail texts
])('a letter in %s is from “%s”', (locale, name) => {
  expect(fromName(locale, 'Anna Quayside', 'Union')).toBe(name)
})

test.each(['x'.repeat(100), 'A\u0301'.repeat(50), 'Ә'.repeat(100), '{sender}', "L'{name}"])(
  'the sender shows after any name, such as %j',
  (name) => {
    for (const locale of ['en', 'ru', 'fr', 'es', 'ar']) expect(fromName(locale, name, 'Union')).toMatch(/Union$/)
    expect(fromName('kk', name, 'Union')).toMatch(/^Union/)
  },
)
