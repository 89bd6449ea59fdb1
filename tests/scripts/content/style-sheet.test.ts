import { expect, test } from 'vitest'
import { styleSheet } from '../../../scripts/content/style-sheet.ts'

test('a style sheet is served without comments and redundant space', () => {
  const source = `/* Why.
 * And so on. */
:root { --gap: clamp(1rem, 5vw, 2rem); }

/* a { color: red; } */
@media (min-width: 62rem) and (min-height: 58rem) {
  .columns > * + * { margin: 0 auto; content: " (" attr(href) ")"; }
}
`
  expect(styleSheet(source).css).toBe(
    ':root{--gap:clamp(1rem,5vw,2rem)}@media (min-width:62rem) and (min-height:58rem)' +
      '{.columns >* + *{margin:0 auto;content:" (" attr(href) ")"}}',
  )
})

test('the hash changes only when the served style sheet changes', () => {
  const { hash } = styleSheet('a { color: #fff; }')
  expect(hash).toMatch(/^[0-9a-f]{8}$/)
  expect(styleSheet('/* White. */\na { color: #fff }\n').hash).toBe(hash)
  expect(styleSheet('a { color: #ffe; }').hash).not.toBe(hash)
})
