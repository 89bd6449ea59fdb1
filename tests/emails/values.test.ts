import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bulkValues, welcomeValues } from '../../src/emails/values.ts'
import { displayName } from '../../src/kit/characters.ts'

const unsubscribe = 'https://act.example.org/unsubscribe/x'
const bulk = (name: string | undefined, locales: string[], mail: string) =>
  bulkValues({ locales, ...(name !== undefined && { name }) }, mail, { unsubscribe })

describe('a greeting', () => {
  it('is in the language of the mail, with or without a name', () => {
    expect(bulk('Anna', ['en'], 'en').greeting).toBe('Hello Anna,')
    expect(bulk(undefined, ['en'], 'en').greeting).toBe('Hello,')
    expect(bulk(' \r\n', ['ru'], 'ru').greeting).toBe('Здравствуйте!')
    expect(welcomeValues({ name: 'Әлия' }, 'kk', { unsubscribe }).greeting).toBe('Сәлеметсіз бе, Әлия!')
  })

  it('isolates a name of the other direction', () => {
    expect(bulk('Anna', ['ar'], 'ar').greeting).toBe('مرحبًا \u2068Anna\u2069،')
    expect(bulk('ليلى', ['en'], 'en').greeting).toBe('Hello \u2068ليلى\u2069,')
    expect(bulk('ليلى', ['ar'], 'ar').greeting).toBe('مرحبًا ليلى،')
  })

  it('shows a name that looks like a message format literally', () => {
    expect(bulk('{name, plural}', ['en'], 'en').greeting).toBe('Hello {name, plural},')
  })
})

describe('a name', () => {
  it('is cleaned of line breaks, control characters, direction overrides and broken characters', () => {
    expect(displayName('Anna\r\nBcc: x\u202Egnp.exe\uD800\uE000\u0000')).toBe('Anna Bcc: xgnp.exe')
  })

  it('of 10,000 characters is shortened to one line at a whole character', () => {
    expect(displayName('a'.repeat(10_000))).toBe(`${'a'.repeat(60)}…`)
    expect(displayName('👩‍👩‍👧'.repeat(70))).toMatch(/^(👩‍👩‍👧){1,60}…?$/u)
  })

  it('is always one clean line of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (typed) => {
        const name = displayName(typed)
        expect(name).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uE000-\uF8FF]/u)
        expect(name.isWellFormed()).toBe(true)
        expect(name).toBe(name.trim())
        expect([...new Intl.Segmenter().segment(name)].length).toBeLessThanOrEqual(61)
      }),
    )
  })
})

describe('the note', () => {
  it('is empty for a reader of the mail’s language, for any region', () => {
    expect(bulk('A', ['fr-CA', 'en'], 'fr')).toMatchObject({ note: '', noteLang: 'fr', noteDir: 'ltr' })
    expect(bulk('A', [], 'en').note).toBe('')
  })

  it('says in the reader’s language that a translation is missing', () => {
    const values = bulk('A', ['ar', 'en'], 'en')
    expect(values).toMatchObject({ noteLang: 'ar', noteDir: 'rtl' })
    expect(values.note).toContain('لا تتوفر ترجمة عربية')
  })

  it('is in the mail’s language if Tocsin has no texts in the reader’s', () => {
    expect(bulk('A', ['de'], 'en')).toMatchObject({
      note: 'We do not have this text in your language (German) yet.',
      noteLang: 'en',
      noteDir: 'ltr',
    })
    expect(bulk('A', ['not a tag'], 'en').note).toContain('(not a tag)')
  })
})
