import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { merge } from '../../../src/emails/template/merge.ts'
import { neutraliseTemplate, neutraliseValues } from '../../../src/transports/merge/neutralise-template-syntax.ts'
import { TEMPLATE } from '../../contracts/transport.ts'

const words = fc.array(fc.constantFrom('{', '{{', '{%', '{#', '%', '#', '}}', 'ы', ' <i>')).map((all) => all.join(''))
const pieces = (as: 'html' | 'plain') =>
  fc.array(
    fc.oneof(
      words,
      fc.constantFrom('a', 'b').map((slot) => ({ slot, as })),
    ),
  )

/** Text as a reader sees it: without U+2060, and with decoded braces. */
const seen = (text: string) => text.replaceAll('\u2060', '').replaceAll('&#123;', '{')

test('no mail contains template syntax, also across pieces, and readers see the same text', () => {
  fc.assert(
    fc.property(pieces('html'), pieces('plain'), words, words, (html, plain, a, b) => {
      const template = { ...TEMPLATE, subject: plain, html, text: plain }
      const mail = merge(neutraliseTemplate(template), neutraliseValues({ a, b }))
      const usual = merge(template, { a, b })
      for (const part of ['subject', 'html', 'text'] as const) {
        expect(mail[part]).not.toMatch(/\{[{%#]/)
        expect(seen(mail[part])).toBe(usual[part])
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a style sheet stays valid: its braces are only separated', () => {
  const html = ['<style type="text/css">@media all{#outlook a{padding:0}}</style><p>{#a</p>']
  expect(
    merge(neutraliseTemplate({ ...TEMPLATE, html }), { greeting: '', unsubscribe: 'https://act.example.org/u' }).html,
  ).toBe('<style type="text/css">@media all{ #outlook a{padding:0}}</style><p>&#123;#a</p>')
})
