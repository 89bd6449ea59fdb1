import { describe, expect, it } from 'vitest'
import { formatMessage } from '../../src/kit/messages.ts'

const ru = { letters: '{count, plural, one {# письмо} few {# письма} many {# писем} other {# письма}}' }
const ar = {
  letters:
    '{count, plural, zero {لا رسائل} one {رسالة واحدة} two {رسالتان} few {# رسائل} many {# رسالة} other {# رسالة}}',
}

describe('phrase', () => {
  it('chooses the Russian form for 1, 2, 5, 21 and 112', () => {
    expect([1, 2, 5, 21, 112].map((count) => formatMessage(ru, 'ru', 'letters', { count }))).toEqual([
      '1 письмо',
      '2 письма',
      '5 писем',
      '21 письмо',
      '112 писем',
    ])
  })

  it('uses the six Arabic plural forms', () => {
    const forms = [0, 1, 2, 3, 11, 100].map((count) => formatMessage(ar, 'ar', 'letters', { count }))
    expect(new Set(forms).size).toBe(6)
    expect(forms.slice(0, 3)).toEqual(['لا رسائل', 'رسالة واحدة', 'رسالتان'])
  })

  it('writes a day the same in every time zone of the machine', () => {
    const day = new Date('2015-09-28T00:00:00Z')
    const formatted = (locale: string) => formatMessage({ opened: '{day, date, long}' }, locale, 'opened', { day })
    expect(formatted('en')).toBe('28 September 2015')
    expect(formatted('fr')).toBe('28 septembre 2015')
    expect(formatted('kk')).toContain('қыркүйек')
  })

  it('leaves tags, and values that look like messages, as they are', () => {
    expect(formatMessage({ hello: '<b>{name}</b>' }, 'en', 'hello', { name: '{count, plural}' })).toBe(
      '<b>{count, plural}</b>',
    )
  })

  it('names the key and the language of a text that is missing', () => {
    expect(() => formatMessage({}, 'kk', 'welcome.title')).toThrow('no text "welcome.title" in kk')
    expect(() => formatMessage({}, 'kk', 'toString')).toThrow('no text')
  })
})
