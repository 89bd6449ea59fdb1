import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { lex } from '../../../src/campaigns/source/markdown.ts'
import { parseProse } from '../../../src/campaigns/source/prose-parser.ts'
import { block, type Inline } from '../../../src/campaigns/text/prose.ts'

function read(markdown: string) {
  const { tokens, faults } = lex(markdown, 'en.md', 1)
  const { prose, faults: within } = parseProse(tokens, 'en.md')
  return { prose, faults: [...faults, ...within].map(({ line, found }) => `${line} ${found}`) }
}

const paragraph = (...children: Inline[]) => ({ kind: 'paragraph', children })
const text = (text: string): Inline => ({ kind: 'text', text })

describe('Markdown', () => {
  test('becomes paragraphs, lists, quotes and links without any markup left', () => {
    const { prose, faults } = read(
      'One **strong**\nline [here](https://example.org/?a=1&b=2).\n\n3. third\n4. fourth\n\n> quoted\n\n---\n\n### Heading',
    )
    expect(faults).toEqual([])
    expect(prose).toEqual([
      paragraph(
        text('One '),
        { kind: 'strong', children: [text('strong')] },
        text(' line '),
        { kind: 'link', url: 'https://example.org/?a=1&b=2', children: [text('here')] },
        text('.'),
      ),
      { kind: 'list', ordered: true, start: 3, items: [[paragraph(text('third'))], [paragraph(text('fourth'))]] },
      { kind: 'quote', children: [paragraph(text('quoted'))] },
      { kind: 'rule' },
      { kind: 'heading', children: [text('Heading')] },
    ])
  })

  test.each([
    ['a\n\n<b>x</b>', ['3 raw HTML, <b>', '3 raw HTML, </b>']],
    ['<!-- note -->', ['1 raw HTML, <!-- note -->']],
    ['> a\n> b <i>\n\n- c\n\n  d <i>', ['2 raw HTML, <i>', '6 raw HTML, <i>']],
    ['[x](javascript:alert%281%29)', ['1 a link to javascript:alert%281%29']],
    ['[x](//example.org)', ['1 a link to //example.org']],
    ['[x](&#106;avascript:y)', ['1 a link to &#106;avascript:y']],
    ['[x](data:text/html,y)', ['1 a link to data:text/html,y']],
    ['a\n\n![](https://example.org/a.png)', ['3 an image without words for those who do not see it']],
    ['![x](http://example.org/a.png)', ['1 an image at http://example.org/a.png']],
    ['a\n\n    code', ['3 code']],
    ['`code`', ['1 `code`']],
    ['|a|\n|-|\n|b|', ['1 |a|']],
    ['- [ ] task', ['1 [ ]']],
    ['a &copy;\nb &amp; c', ['1 &copy;']],
    [`${'> '.repeat(40)}x`, ['1 too much nesting']],
  ])('refuses %j', (markdown, faults) => {
    expect(read(markdown).faults).toEqual(faults)
  })

  test.each(['/en/', 'mailto:committee@example.org', 'tel:+9995550101', 'http://example.org'])('links to %s', (url) => {
    expect(read(`[x](${url})`)).toEqual({
      faults: [],
      prose: [paragraph({ kind: 'link', url, children: [text('x')] })],
    })
  })

  test('shows Liquid and mail markup as they are written', () => {
    const markdown = '{{ name | upcase }} {% if a %}<mj-button href="x">b</mj-button> </mjml>'
    expect(read(markdown)).toEqual({ faults: [], prose: [paragraph(text(markdown))] })
    expect(read('<mj-raw>')).toEqual({ faults: [], prose: [paragraph(text('<mj-raw>'))] })
  })

  test('returns every escaped text exactly, as one piece', () => {
    const visible = fc.string({ unit: fc.constantFrom(...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~aZ9жا'), minLength: 1 })
    fc.assert(
      fc.property(visible, (raw) => {
        const wanted = raw.replace(/\s+/g, ' ').trim()
        fc.pre(wanted !== '')
        const escaped = wanted.replace(/[!-/:-@[-`{-~]/g, '\\$&').replace(/^(\d+)/, 'x$1')
        const shown = wanted.replace(/^(\d+)/, 'x$1')
        expect(read(escaped)).toEqual({ faults: [], prose: [paragraph(text(shown))] })
      }),
    )
  })

  test('yields only the known kinds, and no link with an executable scheme', () => {
    const pieces = fc.constantFrom(
      '<script>',
      '</b>',
      '[a](',
      'javascript:',
      'https://example.org',
      ')',
      '![',
      '](',
      '**',
      '_',
      '> ',
      '- ',
      '1. ',
      '\n',
      '\n\n',
      '    ',
      '```',
      '|',
      '|-|',
      '<mj-raw>',
      '{{',
      '}}',
      '{%',
      '<a href="',
      '">',
      '&lt;',
      '\\',
      '~~',
      '# ',
      '<!--',
      '-->',
      'text',
      '[r]: ',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const { prose } = read(parts.join(''))
        expect(z.array(block).safeParse(prose).success).toBe(true)
        for (const [, url] of JSON.stringify(prose).matchAll(/"url":"([^"]*)"/g))
          expect(url).toMatch(/^(https?:\/\/|mailto:|tel:|\/(?!\/))/i)
      }),
      { numRuns: 500 },
    )
  })
})
