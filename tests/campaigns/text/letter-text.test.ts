import { expect, test } from 'vitest'
import { lex } from '../../../src/campaigns/source/markdown.ts'
import { parseProse } from '../../../src/campaigns/source/prose-parser.ts'
import { paragraphsOf } from '../../../src/campaigns/text/letter-text.ts'

const written = (markdown: string) => {
  const { prose, faults } = parseProse(lex(markdown, 'en.md', 1).tokens, 'en.md')
  expect(faults).toEqual([])
  return paragraphsOf(prose)
}

test('a letter has one line per paragraph and no marks for emphasis', () => {
  expect(written('We ask **you**\nto *act*.\n\nSoon.')).toEqual(['We ask you to act.', 'Soon.'])
})

test('a list stays with the paragraph before it and keeps its numbers', () => {
  expect(written('I ask that\n\n3. the gate is\n   mended,\n4. they return.\n\nYours')).toEqual([
    'I ask that\n\n3. the gate is mended,\n4. they return.',
    'Yours',
  ])
  expect(written('- one\n\n  two\n- three')).toEqual(['- one\n\n  two\n- three'])
})

test('a link shows its address, except for a repeated one', () => {
  expect(written('Read [the report](https://ferry.example/a).')).toEqual(['Read the report <https://ferry.example/a>.'])
  expect(written('<https://ferry.example/>')).toEqual(['https://ferry.example/'])
})

test('an image becomes its alternative text, a quotation keeps its marks, and invisible elements disappear', () => {
  expect(written('![The gate](/gate.jpg)\n\n> Come in.\n>\n> Sit.\n\n---')).toEqual([
    'The gate',
    '> Come in.\n>\n> Sit.',
    '* * *',
  ])
})

test('a hard line break is preserved, and no other character breaks a line', () => {
  expect(written('First  \nSecond')).toEqual(['First\nSecond'])
  const text = 'a\u2028b\u0085c\rd\u0000e\uD83D'
  expect(paragraphsOf([{ kind: 'paragraph', children: [{ kind: 'text', text }] }])).toEqual(['a b c d e\uFFFD'])
})
