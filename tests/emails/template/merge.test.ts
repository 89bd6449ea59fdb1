import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleValues } from '../../../src/emails/preview.ts'
import { compile } from '../../../src/emails/template/compile.ts'
import { MAX_HTML_BYTES, merge, sizeFaults } from '../../../src/emails/template/merge.ts'
import type { Template } from '../../../src/emails/template/template.ts'
import { ferry, sender } from '../../support/campaign.ts'
import { elements, skeleton } from '../../support/html.ts'

const { template } = await compile({ email: 'appeal', locale: 'en', campaign: ferry, sender })
const values = sampleValues('appeal', 'en', sender)

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '\r\n',
        '{{ 1 }}',
        '</p>',
        '<script>',
        '-->',
        '\u202E',
        '\uD800',
        '\uE000greeting\uE001',
        '&lt;',
        'é',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
)

describe('merge', () => {
  it('lets no value change the structure of the HTML', () => {
    const expected = skeleton(merge(template, values).html)
    fc.assert(
      fc.property(fc.record({ greeting: hostile, note: hostile, noteLang: hostile, noteDir: hostile }), (typed) => {
        expect(skeleton(merge(template, { ...values, ...typed }).html)).toBe(expected)
      }),
    )
  })

  it('shows a value exactly as it is', () => {
    const one: Template = {
      email: 'appeal',
      locale: 'en',
      hash: '',
      subject: [{ slot: 'v', as: 'plain' }],
      html: ['<p lang="', { slot: 'v', as: 'html' }, '">', { slot: 'v', as: 'html' }, '</p>'],
      text: [{ slot: 'v', as: 'plain' }],
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (v) => {
        const merged = merge(one, { v })
        const [p] = elements(merged.html, 'p')
        const shown = v.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        expect(p).toEqual({ text: shown, attributes: { lang: shown } })
        expect(merged.subject).toBe(shown)
      }),
    )
  })

  it('keeps subject and text slots on one line', () => {
    const subject: Template = { ...template, subject: ['Re: ', { slot: 'greeting', as: 'plain' }] }
    const merged = merge(subject, { ...values, greeting: 'Anna\r\nBcc: all@example.org\u2028x' })
    expect(merged.subject).toBe('Re: Anna Bcc: all@example.org x')
  })

  it('refuses links that are not http, https or mailto', () => {
    for (const unsubscribe of [
      'javascript:alert(1)',
      'data:text/html,x',
      ' https://a.example',
      '/unsubscribe/x',
      'https://a.example/"onx="',
    ]) {
      expect(() => merge(template, { ...values, unsubscribe })).toThrow('a link must start with')
    }
    const merged = merge(template, { ...values, unsubscribe: 'https://a.example/?a=1&b=2' })
    expect(elements(merged.html, 'a').some(({ attributes }) => attributes.href === 'https://a.example/?a=1&b=2')).toBe(
      true,
    )
  })

  it('gives equal bytes for equal values and does not change its input', () => {
    const frozen = Object.freeze({ ...values })
    const before = JSON.stringify(template)
    expect(merge(template, frozen)).toEqual(merge(template, { ...frozen }))
    expect(JSON.stringify(template)).toBe(before)
  })

  it('refuses a slot without a value, also one named like an inherited property', () => {
    expect(() => merge(template, { ...values, ...JSON.parse('{}'), greeting: undefined as never })).toThrow(
      '"greeting"',
    )
    expect(() => merge({ ...template, html: [{ slot: 'constructor', as: 'html' }] }, values)).toThrow('"constructor"')
  })

  it('reports HTML above the size at which mail programs clip a mail', () => {
    const sized = (html: string): Template => ({ ...template, html: [html] })
    expect(sizeFaults(sized('a'.repeat(MAX_HTML_BYTES)), values)).toEqual([])
    expect(sizeFaults(sized('ж'.repeat(MAX_HTML_BYTES / 2 + 1)), values)[0]).toContain('102,002 bytes')
  })
})
