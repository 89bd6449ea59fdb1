import fc from 'fast-check'
import { expect, test } from 'vitest'
import { optionAt, refusalWords } from '../../src/cli/dispatches/option-words.ts'
import { dispatchRequestBodySchema } from '../../src/dispatch/dispatch-request.ts'

/** Names that are words as well. */
const WORDS = ['campaign', 'revision', 'email', 'practice']

/** Every field of a request that an option sets: those of the audience by their path. */
const { audience, ...others } = dispatchRequestBodySchema.shape
const fields = [
  ...Object.keys(others).filter((name) => !WORDS.includes(name)),
  ...Object.keys(audience.unwrap().shape).map((name) => `audience.${name}`),
]

test('whatever field a refusal is about, and wherever it is named, the words name an option and never the field', () => {
  const place = fc.option(fc.nat(9), { nil: undefined })
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.constantFrom(...fields), place, (field, other, n) => {
      const path = n === undefined ? field : `${field}.${n}`
      const words = refusalWords({
        title: `${other} without an update`,
        detail: `expected ${other}, or, once it is over, ${field} with its id`,
        errors: [{ path, message: `found it; expected ${other} without ${field}` }],
      })
      for (const name of [field, other])
        expect(words).not.toMatch(new RegExp(`(?<!-)\\b${name.replace('.', '\\.')}\\b`))
      expect(words).toMatch(/--[a-z]|DISPATCH/)
      if (n !== undefined) expect(words).toContain(`(${n + 1})`)
    }),
  )
})

test('common words stay words, and are options only where a path stands', () => {
  const words = refusalWords({
    title: 'Expected a mail to one of the locales',
    errors: [{ path: 'to.1', message: 'go to it' }],
  })
  expect(words).toBe('Expected a mail to one of the locales\n  --test-to (2): go to it')
  expect(optionAt('locales.0')).toBe('--locales (1)')
  expect(optionAt('practice')).toBe('--practice')
})

test.each([
  ['audience.locales', ['en', 'esp'], 'found esp; expected some of en, ru, fr, es', 'es'],
  ['audience.topics.1', ['metal', 'minning'], 'Invalid option: expected one of "mining"|"metal"', 'mining'],
  ['updateId', ['2026-11-15'], 'expected one of: 2026-11-14, 2026-12-24', '2026-11-14'],
  ['emails.0', ['updat'], 'expected one of: appeal, update/2026-11-14, update', 'update'],
])('a wrong value of %s is answered with the nearest', (path, typed, message, meant) => {
  const list = path.replace(/\.\d+$/, '')
  expect(refusalWords({ title: 'No', errors: [{ path, message }] }, { [list]: typed })).toContain(
    `Did you mean ${meant}?`,
  )
  expect(refusalWords({ title: 'No', errors: [{ path, message }] }, { [list]: ['zzzzzzzz'] })).not.toContain(
    'Did you mean',
  )
})
