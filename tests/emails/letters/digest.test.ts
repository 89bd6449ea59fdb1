import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import type { Target } from '../../../src/campaigns/letter-language.ts'
import { copiesMail, type DigestMailEntry, digestMail, supportMail } from '../../../src/emails/letters/digest.ts'
import { letterSheets } from '../../../src/emails/letters/letter-sheets.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import type { Template } from '../../../src/emails/template/template.ts'
import { ferry, sender, wordsOf } from '../../support/campaign.ts'
import { elements, skeleton, visibleText } from '../../support/html.ts'

const [target] = ferry.targets
const [reader] = ferry.copies
if (target === undefined || reader === undefined) throw new Error('the ferry has a target and somebody who gets copies')

const letter = [
  { kind: 'paragraph' as const, children: [{ kind: 'text' as const, text: 'Please take the crew back.' }] },
]
const withLetter: Campaign = { ...ferry, words: { ...ferry.words, en: { ...wordsOf('en'), letter } } }

const STOP = 'https://act.example.org/stop/token'
const kinds: Record<string, (said: readonly DigestMailEntry[]) => Template> = {
  digest: (said) => digestMail(ferry, target, said, sender),
  copies: (said) => copiesMail(ferry, reader, [target], said, STOP, sender),
  support: (said) => supportMail(ferry, reader, said, sender),
}

const typed = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }),
  fc.constantFrom(
    '</li></ol><script>',
    '"><img src=x>',
    '\r\nBcc: a@example.org',
    '\u202Eevil',
    '&amp;',
    '{{ 7 }}',
    '--\n',
  ),
)
const said = fc.record({ name: typed, place: typed, text: typed })

describe('a mail with text from several people', () => {
  for (const [kind, make] of Object.entries(kinds)) {
    it(`${kind}: no text can change its structure, its subject or other people’s text`, () => {
      const plain = { name: 'Anna', place: 'Farhaven', text: 'I stand with the crew.' }
      const expected = skeleton(merge(make([plain, plain, plain]), {}).html)
      fc.assert(
        fc.property(said, (one) => {
          const flat = { ...one, text: one.text.replaceAll('\n', ' ') }
          const { html, subject } = merge(make([plain, flat, plain]), {})
          expect(skeleton(html)).toBe(expected)
          expect(subject).toBe(merge(make([plain, plain, plain]), {}).subject)
          expect(elements(html, 'li').filter(({ text }) => text.includes('Farhaven')).length).toBeGreaterThanOrEqual(2)
        }),
      )
    })
  }

  it('contains the model letter once and each writer’s addition', () => {
    const writers = ['Anna', 'Boris', 'Carla'].map((name) => ({ name, text: `Said by ${name}.\nTwice.` }))
    const { html, text, subject } = merge(digestMail(withLetter, target, writers, sender), {})
    expect(subject).toContain('3 letters')
    const model = 'Please take the crew back.'
    for (const part of [visibleText(html), text]) {
      expect(part.split(model)).toHaveLength(2)
      for (const { name } of writers) expect(part).toContain(`Said by ${name}.`)
    }
    expect(html).toContain('Said by Anna.<br>Twice.')
  })

  it('uses the reader’s language, with its direction and plurals', () => {
    const inArabic: Target = { ...target, locale: 'ar', salutation: { ar: 'السيد المدير', en: 'Dear director' } }
    const one = [{ name: 'Anna', text: 'I stand with the crew.' }]
    const { html, subject } = merge(digestMail(ferry, inArabic, one, sender), {})
    expect(elements(html, 'html')[0]?.attributes).toMatchObject({ lang: 'ar', dir: 'rtl' })
    expect(subject).toContain('رسالة')
    expect(merge(digestMail(ferry, { ...target, locale: 'ru' }, Array(5).fill(one[0]), sender), {}).subject).toContain(
      '5 писем',
    )
  })

  it('prints each whole letter on its own sheet', () => {
    const writers = ['Anna', '<b>Boris</b>'].map((name) => ({ name, text: `Said by ${name}.` }))
    const page = letterSheets(ferry, target, writers, Date.UTC(2026, 10, 28), 'https://act.example.org')
    const sheets = elements(page, 'section').map(({ text }) => text)
    expect(sheets).toHaveLength(2)
    for (const [n, { name }] of writers.entries()) {
      expect(sheets[n]).toContain('Dear director')
      expect(sheets[n]).toContain(`Said by ${name}.`)
      expect(sheets[n]).toContain('28 November 2026')
    }
  })
})
