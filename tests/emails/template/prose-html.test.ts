import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Inline, Prose } from '../../../src/campaigns/text/prose.ts'
import { proseText } from '../../../src/campaigns/text/prose-text.ts'
import { proseHtml } from '../../../src/emails/template/prose-html.ts'
import { paragraph } from '../../support/campaign.ts'
import { elements, visibleText } from '../../support/html.ts'

const text = (words: string): Inline => ({ kind: 'text', text: words })
const inParagraph = (...children: Inline[]): Prose => [{ kind: 'paragraph', children }]

describe('prose as plain text', () => {
  it('keeps structure: lists, quotes, headings, links', () => {
    const prose: Prose = [
      { kind: 'heading', children: [text('What happened')] },
      { kind: 'list', ordered: true, start: 9, items: [[paragraph('One.')], [paragraph('Two.'), paragraph('More.')]] },
      {
        kind: 'quote',
        children: [paragraph('First.'), { kind: 'list', ordered: false, start: 1, items: [[paragraph('Item.')]] }],
      },
      ...inParagraph(
        { kind: 'link', url: 'https://a.example/b', children: [text('the report')] },
        text(', '),
        { kind: 'link', url: 'mailto:a@example.org', children: [text('a@example.org')] },
        { kind: 'break' },
        { kind: 'image', url: 'https://a.example/i.jpg', alt: 'A gate' },
      ),
    ]
    expect(proseText(prose)).toBe(
      [
        'What happened',
        '-------------',
        '',
        '9. One.',
        '10. Two.',
        '',
        '    More.',
        '',
        '> First.',
        '>',
        '> - Item.',
        '',
        'the report <https://a.example/b>, a@example.org',
        'A gate <https://a.example/i.jpg>',
      ].join('\n'),
    )
  })

  it('stays within 76 columns wherever a space allows it, and loses no word', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'ж', 'ң', 'م', '-'), minLength: 1, maxLength: 90 }), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(words, (list) => {
        const written = proseText([{ kind: 'quote', children: [paragraph(list.join(' '))] }])
        expect(written.split('\n').flatMap((line) => line.replace(/^> /, '').split(' '))).toEqual(list)
        for (const line of written.split('\n')) {
          if ([...line].length > 76) expect(line.replace(/^> /, '')).not.toContain(' ')
        }
      }),
    )
  })
})

describe('prose as HTML', () => {
  it('shows any text unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        const shown = words.replace(/[\p{Cc}\uE000-\uF8FF]/gu, '')
        expect(visibleText(proseHtml([paragraph(words.replaceAll('\n', '').replaceAll('\t', ''))], 'ltr'))).toBe(shown)
      }),
    )
  })

  it('makes an image a link with its alternative text, and never nests links', () => {
    const image: Inline = { kind: 'image', url: 'https://a.example/i.jpg', alt: 'A "gate"' }
    const html = proseHtml(inParagraph({ kind: 'link', url: 'https://a.example', children: [image] }, image), 'ltr')
    expect(elements(html, 'a').map(({ text, attributes }) => [text, attributes.href])).toEqual([
      ['A "gate"', 'https://a.example'],
      ['A "gate"', 'https://a.example/i.jpg'],
    ])
    expect(elements(html, 'img')).toEqual([])
  })

  it('shows only the text of a link that mails may not have', () => {
    const html = proseHtml(inParagraph({ kind: 'link', url: 'javascript:alert(1)', children: [text('press')] }), 'ltr')
    expect(html).toBe('<p style="margin:0 0 16px">press</p>')
  })

  it('indents at the start side of the language’s direction', () => {
    const list: Prose = [{ kind: 'list', ordered: true, start: 4, items: [[paragraph('x')]] }]
    expect(proseHtml(list, 'rtl')).toContain('<ol start="4" style="margin:0 0 16px;padding:0;padding-right:26px">')
    expect(proseHtml(list, 'ltr')).toContain('padding-left:26px')
  })
})
