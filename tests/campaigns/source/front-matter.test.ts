import { expect, test } from 'vitest'
import { splitFrontMatter, withMadeFrom } from '../../../src/campaigns/source/front-matter.ts'

test('a stamp is added or replaced, and every other character stays', () => {
  const text = '---\ntitle: "a: b" # note\n---\n\nmadeFrom: body\n---\n'
  const once = `---\ntitle: "a: b" # note\nmadeFrom: '0123456789ab'\n---\n\nmadeFrom: body\n---\n`
  expect(withMadeFrom(text, '0123456789ab')).toBe(once)
  expect(withMadeFrom(once, 'ba9876543210')).toBe(once.replace('0123456789ab', 'ba9876543210'))
  expect(withMadeFrom('no front matter', '0123456789ab')).toBeNull()
})

test('the body begins after the second fence, on the line it says', () => {
  const text = '---\na: 1\nb: 2\n---\nbody\n\n---\nrest'
  const split = splitFrontMatter(text)
  expect(split).toEqual({ yaml: 'a: 1\nb: 2', body: 'body\n\n---\nrest', bodyLine: 5 })
  expect(text.split('\n')[(split?.bodyLine ?? 0) - 1]).toBe('body')
})
