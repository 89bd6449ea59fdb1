import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownLetter } from '../../../src/campaigns/own-mailbox-letter.ts'
import { lex } from '../../../src/campaigns/source/markdown.ts'
import { parseProse } from '../../../src/campaigns/source/prose-parser.ts'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { appealText } from '../../../src/campaigns/text/appeal-text.ts'
import type { Inline } from '../../../src/campaigns/text/prose.ts'
import { ProseView } from '../../../src/campaigns/text/prose-view.tsx'
import { letterTemplate } from '../../../src/emails/letters/letter.ts'
import { templateContext } from '../../../src/emails/template/template-context.ts'
import { campaignIn, DEFINITION, ENGLISH, FOLDER } from '../folder.ts'

const publicUrl = 'https://act.example.org'
const sender = { publicUrl, senderName: 'Harbour', postalAddress: 'Quay 1', locales: ['en'] }
const hrefs = (html: string) =>
  [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&').replaceAll('&#39;', "'"))

async function outputs(link: string) {
  const files = {
    ...FOLDER,
    'en.md': ENGLISH.replaceAll('Forty drivers stand outside.', link).replace('Open the gate.\n', `${link}\n`),
  }
  const campaign = await campaignIn({ ...files, 'campaign.yaml': DEFINITION.replace('locale: fr', 'locale: en') })
  const [target] = campaign.targets
  if (target === undefined) throw new Error('no target')
  const { campaign: mail } = templateContext({ email: 'appeal', locale: 'en', campaign, sender })
  const letter = letterTemplate(campaign, target, { name: 'N', sentence: 'S' }, sender)
  return {
    page: hrefs(String(ProseView({ prose: campaign.words.en?.appeal ?? [] }))),
    html: [hrefs(mail?.appeal.html ?? ''), hrefs(letter.html.join('')).slice(0, 1)],
    texts: [
      mail?.appeal.text ?? '',
      appealText({ campaign, locale: 'en', publicUrl, now: Date.UTC(2026, 3, 1) }),
      letter.text.join(''),
      ownLetter(campaign, target, (locale) => `${publicUrl}/${locale}/campaigns/x`).text,
    ],
  }
}

describe('a link that the check allows', () => {
  test.each([
    ['/en/sign-up'],
    ['/en/campaigns/harbour-cranes?from=mail#act'],
    ['/ru/%D0%B4'],
    ['https://example.org/a?b=1&c=2'],
    ['http://example.org'],
    ['HTTPS://example.org/x'],
    ["https://example.org/it's"],
    ['https://ru.wikipedia.org/wiki/Забастовка'],
    ['mailto:foi&dparequest@police.example'],
    ['mailto:a@example.org?subject=Dear%20Sir'],
    ['tel:+32-2-555-00-01'],
  ])('works on the page, in mails and in texts: %s', async (url) => {
    const absolute = url.startsWith('/') ? publicUrl + url : url
    const { page, html, texts } = await outputs(`See [the words](${url}) now.`)
    expect(page).toEqual([url])
    expect(html).toEqual([[absolute], [absolute]])
    for (const text of texts) expect(text.replace(/\s+/g, ' ')).toContain(`the words <${absolute}>`)
  })

  test('has quotes and angle brackets encoded, so that no mail cuts it', async () => {
    const { page, html, texts } = await outputs('[a](<https://example.org/"q">)'.replace('"q"', '"q"\\>'))
    expect(page).toEqual(['https://example.org/%22q%22%3E'])
    expect(html[0]).toEqual(page)
    for (const text of texts) expect(text).toContain('a <https://example.org/%22q%22%3E>')
  })

  test('an image of this site is a whole address in mails and texts', async () => {
    const { html, texts } = await outputs('![The gate](/gate.jpg)')
    expect(html).toEqual([[`${publicUrl}/gate.jpg`], [`${publicUrl}/gate.jpg`]])
    for (const text of texts.slice(0, 3)) expect(text).toContain(`The gate <${publicUrl}/gate.jpg>`)
  })
})

test.each([
  ['en/sign-up', '/en/sign-up'],
  ['www.example.org/a', 'https://www.example.org/a'],
  ['example.org', 'https://example.org'],
  ['../other', '/other'],
  ['#act', 'starts with https://'],
  ['?a=1', 'starts with https://'],
  ['//example.org', 'starts with https://'],
  ['ftp://example.org/a', 'starts with https://'],
  ['mailto:nobody', 'mailto:name@example.org'],
  ['tel:office', 'tel: and a number'],
  ['https://', 'starts with https://'],
])('a link to %s is refused with what to write: %s', async (url, advice) => {
  const { faults } = await readCampaign('harbour-cranes', {
    ...FOLDER,
    'en.md': ENGLISH.replace('drivers stand outside.', `[x](${url})`),
  })
  expect(faults).toHaveLength(1)
  expect(faults[0]?.expected).toContain(advice)
})

const linksIn = (markdown: string): string[] => {
  const { tokens } = lex(markdown, 'en.md', 1)
  const found: string[] = []
  const visit = (inlines: readonly Inline[]) => {
    for (const inline of inlines) {
      if (inline.kind === 'link') found.push(inline.url)
      else if ('children' in inline) visit(inline.children)
    }
  }
  for (const block of parseProse(tokens, 'en.md').prose) if (block.kind === 'paragraph') visit(block.children)
  return found
}

describe('a link without markup', () => {
  test.each([
    ['「https://example.org/r」', 'https://example.org/r'],
    ['„https://example.org/r“', 'https://example.org/r'],
    ['»https://example.org/r«', 'https://example.org/r'],
    ['见https://example.org/r。然后', 'https://example.org/r'],
    ['参照（https://example.org/r）。', 'https://example.org/r'],
    ['https://example.org/r։', 'https://example.org/r'],
    ['https://example.org/r। फिर', 'https://example.org/r'],
    ['https://example.org/r—and then', 'https://example.org/r'],
    ['https://example.org/r؟', 'https://example.org/r'],
    ['(see https://example.org/a_(b)).', 'https://example.org/a_(b)'],
    ['[https://example.org/r]', 'https://example.org/r'],
    ['https://example.org/北京（消歧义）', 'https://example.org/北京（消歧义）'],
    ['https://example.org/L’Humanité', 'https://example.org/L’Humanité'],
    ['https://example.org/Michelson–Morley –', 'https://example.org/Michelson–Morley'],
    ['**https://example.org/r**', 'https://example.org/r'],
    ['www.example.org…', 'http://www.example.org'],
    ['https://пример.испытание/а»', 'https://пример.испытание/а'],
    ['an den foi&dparequest@police.example.', 'mailto:foi%26dparequest@police.example'],
    ['«director@port.example»', 'mailto:director@port.example'],
  ])('ends before the punctuation around it: %s', (markdown, url) => {
    expect(linksIn(markdown)).toEqual([url])
  })

  test('ends before any closing punctuation of Unicode, alone or with others', () => {
    const all = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code))
    const closing = all.filter(
      (one) => /[\p{Pe}\p{Pf}\p{Pi}]|\p{Terminal_Punctuation}/u.test(one) && !/[*_`~<>\\]/.test(one),
    )
    const link = fc.constantFrom(
      'https://example.org/r',
      'https://example.org/a/b?c=d',
      'https://example.org/x-y',
      'https://example.org/(z)',
    )
    const after = fc.array(fc.constantFrom(...closing), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(link, after, fc.constantFrom('', ' then', '\nthen'), (url, signs, rest) => {
        expect(linksIn(`see ${url}${signs.join('')}${rest}`)).toEqual([url])
      }),
      { numRuns: 500 },
    )
  })
})
