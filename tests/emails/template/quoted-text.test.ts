import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Block } from '../../../src/campaigns/text/prose.ts'
import { proseText } from '../../../src/campaigns/text/prose-text.ts'
import { quotedHtml, quotedText } from '../../../src/emails/template/quoted-text.ts'
import { elements, skeleton } from '../../support/html.ts'

const word = fc.constantFrom(
  'bakers',
  'ночная',
  'the',
  'العمال',
  'an',
  'unmistakably',
  '12',
  '&amp;',
  '<b>',
  'https://example.org/a',
)
const sentence = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => `So ${words.join(' ')}`)
const text = (content: string): Block => ({ kind: 'paragraph', children: [{ kind: 'text', text: content }] })
const list = (ordered: boolean, start: number, items: readonly string[]): Block => ({
  kind: 'list',
  ordered,
  start,
  items: items.map((item) => [text(item)]),
})

describe('a letter that a mail repeats from its plain text', () => {
  test('has its paragraphs and lists again, and no line break that nobody meant', () => {
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 4 }),
        fc.array(sentence, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.constantFrom(1, 7, 98),
        (paragraphs, items, ordered, start) => {
          const html = quotedHtml(proseText([...paragraphs.map(text), list(ordered, start, items)]))
          expect(elements(html, 'p').map(({ text }) => text)).toEqual(paragraphs)
          expect(elements(html, 'li').map(({ text }) => text)).toEqual(items)
          const [found] = elements(html, ordered ? 'ol' : 'ul')
          expect(found?.attributes.start).toBe(ordered && start !== 1 ? String(start) : undefined)
          expect(html).not.toContain('<br')
        },
      ),
    )
  })

  test('keeps the lines of an address, of a signature and of what somebody typed', () => {
    const typed = `${'A line that somebody typed and that is longer than any line of a mail. '.repeat(2)}\nAnd another.`
    expect(quotedHtml('Anna\nFarhaven')).toContain('Anna<br>Farhaven')
    expect(quotedHtml(typed)).toContain('<br>And another.')
    expect(quotedHtml('One.\n\n* * *\n\nTwo.')).toContain('<hr')
  })

  test('can add no element of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        const line = `So ${typed.replace(/\s/g, ' ')}`
        expect(skeleton(quotedHtml(line))).toBe(skeleton(quotedHtml('So')))
      }),
    )
  })

  test('has no line in the text part that is longer than a mail’s, and keeps the indents of its lists', () => {
    const long = 'word '.repeat(60).trim()
    expect(
      Math.max(
        ...quotedText(long)
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(79)
    const wrapped = proseText([list(true, 1, [long, 'short'])])
    expect(quotedText(wrapped)).toBe(wrapped)
  })
})
