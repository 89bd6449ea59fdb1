import { expect, test } from 'vitest'
import { compile } from '../../../src/emails/template/compile.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import { ferry, LOCALES, sender } from '../../support/campaign.ts'
import { elements } from '../../support/html.ts'

const TOKEN = 'a-token-with-hyphens-'.repeat(9)
const urls = [1, 2, 3].map((n) => `https://act.example.org/moderate/${TOKEN}${n}`)

test.each(LOCALES)('a moderator presses a link in %s, which says what it opens', async (locale) => {
  const { template } = await compile({ email: 'moderate', locale, sender })
  const links = urls.map((url, n) => `What ${n} is:\n${url}`).join('\n\n')
  const { html, text } = merge(template, { waiting: '3', links })
  const found = elements(html, 'a').filter(({ attributes }) => attributes.href?.includes('/moderate/'))
  expect(found.map(({ text, attributes }) => [text, attributes.href])).toEqual(
    urls.map((url, n) => [`What ${n} is`, url]),
  )
  expect(text).toContain(links)
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'https://a.example/"><b>', ''])(
  'a link to %j is refused',
  async (url) => {
    const { template } = await compile({ email: 'moderate', locale: 'en', sender })
    expect(() => merge(template, { waiting: '1', links: `What:\n${url}` })).toThrow('a link must start with')
  },
)

test('news of an update has no empty space where news of the end says how it ended', async () => {
  const { template } = await compile({ email: 'news', locale: 'en', campaign: ferry, updateId: 'gate', sender })
  const { html, text } = merge(template, { outcome: '', stop: urls[0] ?? '' })
  expect(text).not.toMatch(/\n{3}/)
  expect(
    elements(html, 'div').filter(
      ({ text, attributes }) => text.trim() === '' && attributes.style?.includes('font-size'),
    ),
  ).toEqual([])
})

test('news of a victory says in a paragraph of its own how it ended, then what was won', async () => {
  const { template } = await compile({ email: 'news', locale: 'en', campaign: ferry, updateId: 'gate', sender })
  const { html, text } = merge(template, { outcome: 'It is won.\n\n', stop: urls[0] ?? '' })
  expect(text).toContain('\n\nIt is won.\n\nThe night shift of the ferry')
  expect(text).not.toMatch(/\n{3}/)
  const paragraphs = elements(html, 'p').map((one) => one.text.trim())
  expect(paragraphs.indexOf('It is won.')).toBeGreaterThan(-1)
  expect(paragraphs[paragraphs.indexOf('It is won.') + 1]).toMatch(/^The night shift of the ferry/)
})
