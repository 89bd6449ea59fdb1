import fc from 'fast-check'
import { parse, serialize } from 'parse5'
import { expect, test } from 'vitest'
import {
  MAX_MESSAGE_CHARS,
  parseEndorsement,
  parseSupport,
  TICKED,
} from '../../../src/actions/submissions/submission-fields.ts'
import { TextLines } from '../../../src/web/text-lines.tsx'

const support = { email: 'anna@example.org', name: 'Anna Quayside', text: 'We stand with you, all of us.' }
const endorsement = {
  email: 'office@example.org',
  organisation: 'Dockers of Farhaven',
  place: 'Farhaven',
  signer: 'Boris Pier',
  role: 'secretary',
}

const said = (fields: object) => {
  const read = parseSupport({ ...support, ...fields }, 'en')
  return read.ok && read.value.submission.kind === 'support' ? read.value.submission : null
}
const faults = (read: ReturnType<typeof parseSupport>) => (read.ok ? [] : read.error.map(({ path }) => path))

test('no input can end a header, change the direction of the text around it or break the page', () => {
  const typed = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\r\n',
        '\n\n\n',
        '\u2028',
        '\u202E',
        '\uE000slot\uE001',
        '</p><script>',
        '"',
        '&amp;',
        '{{x}}',
        '\0',
        '\uD800',
      ),
    ),
    { maxLength: 30 },
  )
  let taken = 0
  fc.assert(
    fc.property(typed, typed, (name, text) => {
      const submission = said({ name: `Anna ${name.join('')}`, text: `${text.join('')} and ten more characters` })
      if (submission === null) return // too long
      taken++
      expect(submission.name).toMatch(/^[^\r\n\u2028\u2029\u0085\0\u202A-\u202E\u2066-\u2069\uE000-\uF8FF]*$/)
      expect(submission.text).toMatch(/^[^\r\u2028\u2029\u0085\0\u202A-\u202E\u2066-\u2069\uE000-\uF8FF]*$/)
      expect(submission.text).not.toMatch(/\n{3}|^\s|\s$/)
      expect(submission.text.isWellFormed()).toBe(true)
      const html = serialize(parse(String(TextLines({ text: submission.text }))))
      expect(html).not.toMatch(/<(?!\/?(html|head|body|p|br)\b)/)
    }),
    { numRuns: 300 },
  )
  expect(taken).toBeGreaterThan(100)
})

test('a message keeps its paragraphs, and is public only if the writer ticked the box', () => {
  expect(said({ text: 'One  line\r\nanother\r\n\r\n\r\n\r\na new paragraph ' })?.text).toBe(
    'One line\nanother\n\na new paragraph',
  )
  expect(said({})?.shown).toBe(false)
  expect(said({ shown: 'on' })?.shown).toBe(false)
  expect(said({ shown: TICKED })?.shown).toBe(true)
})

test('lengths are measured after cleaning, and every faulty field is reported', () => {
  expect(said({ text: 'x'.repeat(MAX_MESSAGE_CHARS) })).not.toBeNull()
  expect(said({ text: `${' \n '.repeat(MAX_MESSAGE_CHARS)}${'x'.repeat(MAX_MESSAGE_CHARS)}` })).not.toBeNull()
  expect(faults(parseSupport({ ...support, text: 'x'.repeat(MAX_MESSAGE_CHARS + 1) }, 'en'))).toEqual(['text'])
  expect(faults(parseSupport({ text: '\u202E\u200F   short', name: 'A', email: 'nowhere' }, 'en'))).toEqual([
    'text',
    'name',
    'email',
  ])
  expect(faults(parseEndorsement({}, 'en'))).toEqual(['organisation', 'place', 'signer', 'role', 'email'])
  expect(faults(parseEndorsement({ ...endorsement, country: 'XX' }, 'en'))).toEqual(['country'])
  expect(parseEndorsement(endorsement, 'en').ok).toBe(true)
})

test.each(['organisation', 'place', 'signer', 'role'])(
  'an endorsement whose %s holds a link is refused at that field',
  (field) => {
    const read = parseEndorsement({ ...endorsement, [field]: 'see prize.click today' }, 'en')
    expect(read).toEqual({ ok: false, error: [{ path: field, message: 'fault.name.link' }] })
  },
)

test.each(['name', 'place'])('a message of support whose %s holds an address is refused at that field', (field) => {
  const read = parseSupport({ ...support, [field]: 'Anna (anna@example.org)' }, 'en')
  expect(read).toEqual({ ok: false, error: [{ path: field, message: 'fault.name.link' }] })
})
