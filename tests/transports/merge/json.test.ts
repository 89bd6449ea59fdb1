import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { merge } from '../../../src/emails/template/merge.ts'
import type { TemplatePiece } from '../../../src/emails/template/template.ts'
import { JsonBytes, recycleBuffer } from '../../../src/transports/merge/json.ts'

const SLOTS = ['greeting', 'note', 'lang'] as const
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\n', '\u2028', ' ', '&'),
    fc.constant('Ж'),
    fc.constant('🌾'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
})
const pieces: fc.Arbitrary<TemplatePiece[]> = fc.array(
  fc.oneof(
    text,
    fc.record({ slot: fc.constantFrom(...SLOTS), as: fc.constantFrom('html' as const, 'plain' as const) }),
  ),
)
const values = fc.record({ greeting: text, note: text, lang: text })

test('the bytes of a mail equal those of JSON.stringify, for any template and values', () => {
  fc.assert(
    fc.property(pieces, pieces, fc.array(values, { minLength: 1, maxLength: 3 }), (html, textPieces, people) => {
      const template = { email: 'appeal', locale: 'en', hash: '', subject: [], html, text: textPieces }
      const body = new JsonBytes().json('[')
      for (const [i, person] of people.entries()) {
        body.json(`${i === 0 ? '' : ','}{"html":`).merged(html, person)
        body.json(',"text":').merged(textPieces, person, 'trimmed').json('}')
      }
      const whole = people.map((person) => {
        const mail = merge(template, person)
        return { html: mail.html, text: mail.text }
      })
      expect(Buffer.from(body.json(']').bytes()).toString('utf8')).toBe(JSON.stringify(whole))
    }),
  )
})

test('half a surrogate pair, which UTF-8 cannot encode, is escaped as in JSON', () => {
  const body = new JsonBytes().merged(['a\ud83c', '\udf3e b'], {})
  expect(JSON.parse(Buffer.from(body.bytes()).toString('utf8'))).toBe('a🌾 b')
})

test('only a recycled buffer is reused, without bytes of the earlier call', () => {
  const kept = new JsonBytes().json('"kept"').bytes()
  const accepted = new JsonBytes().json('"accepted, and longer"').bytes()
  recycleBuffer({ body: accepted })
  recycleBuffer({ body: accepted }) // twice is once
  const next = new JsonBytes().json('"next"').bytes()
  const another = new JsonBytes().json('"other"').bytes()
  expect(next.buffer).toBe(accepted.buffer)
  expect([kept, next, another].map((bytes) => Buffer.from(bytes).toString())).toEqual(['"kept"', '"next"', '"other"'])
})
