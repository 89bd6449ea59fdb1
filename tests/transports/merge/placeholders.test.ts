import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { merge } from '../../../src/emails/template/merge.ts'
import type { Template } from '../../../src/emails/template/template.ts'
import { HANDLEBARS } from '../../../src/transports/drivers/ses.ts'
import { withPlaceholders } from '../../../src/transports/merge/placeholders.ts'
import { TEMPLATE } from '../../contracts/transport.ts'
import { renderHandlebars } from '../../support/handlebars.ts'

/** Text with everything that Handlebars interprets: braces, backslashes, and names of Tocsin's variables. */
const words = fc
  .array(fc.constantFrom('{', '}', '{{', '}}', '\\', '{{v0}}', '{{{v1}}}', '{{#if x}}', 'ы', ' ', '\n', '<b>'))
  .map((all) => all.join(''))
const piece = (as: 'html' | 'plain') =>
  fc.oneof(
    words,
    fc.constantFrom('a', 'b').map((slot) => ({ slot, as })),
  )
const templates = fc.record({
  subject: fc.array(piece('plain')),
  html: fc.array(piece('html')),
  text: fc.array(piece('plain')),
})
const values = fc.record({ a: words, b: words })

describe('a template in a provider’s syntax', () => {
  test('with its variables filled in, it equals the merged mail, for any text', () => {
    fc.assert(
      fc.property(templates, values, (parts, given) => {
        const template: Template = { ...TEMPLATE, ...parts }
        const { subject, html, text, variables } = withPlaceholders(template, HANDLEBARS)
        const data = variables(given)
        const rendered = {
          subject: renderHandlebars(subject, data),
          html: renderHandlebars(html, data),
          text: renderHandlebars(text, data),
        }
        expect(rendered).toEqual(merge(template, given))
      }),
      { numRuns: 2_000 },
    )
  })

  test('an empty note at the start of the text leaves no blank lines', () => {
    const template: Template = { ...TEMPLATE, text: [' ', { slot: 'note', as: 'plain' }, '\n\nDear all'] }
    const { text, variables } = withPlaceholders(template, HANDLEBARS)
    const given = { greeting: '', unsubscribe: 'https://act.example.org/u' }
    expect(renderHandlebars(text, variables({ ...given, note: '' }))).toBe('Dear all')
    expect(renderHandlebars(text, variables({ ...given, note: 'A note.' }))).toBe('A note.\n\nDear all')
  })

  test('a missing value throws', () => {
    expect(() => withPlaceholders(TEMPLATE, HANDLEBARS).variables({ greeting: 'Ann' })).toThrow('unsubscribe')
  })
})
