import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { printedLetters } from '../../src/campaigns/print/letter-sheet.ts'
import { LetterPage } from '../../src/campaigns/print/pages-letter.tsx'
import { sheetsPdf } from '../../src/campaigns/print/pdf/sheets.ts'
import { Sheet } from '../../src/campaigns/print/sheet.tsx'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import { appealText } from '../../src/campaigns/text/appeal-text.ts'
import { campaignFolders } from '../../src/cli/campaign-folders.ts'
import { elements, piecesOfText } from '../support/html.ts'
import { dense, pagesOf } from '../support/pdf.ts'
import { escaped, rawAddresses, timesIn } from '../support/raw-addresses.ts'
import { testSettings } from '../support/supporter-world.ts'

const root = join(import.meta.dirname, '../../campaigns')
const settings = await testSettings()
const now = Date.parse('2026-11-28T12:00:00Z')

const folders = campaignFolders(root)
const cases = await Promise.all(
  folders.flatMap(({ slug, files }) =>
    settings.locales.map(async (locale) => {
      const { campaign } = await readCampaign(slug, files)
      if (campaign === undefined) throw new Error(`${slug} has faults`)
      const { posts, single } = rawAddresses(readFileSync(join(root, slug, 'campaign.yaml'), 'utf8'))
      return { slug, locale, campaign, posts, single }
    }),
  ),
)

test('the raw files contain addresses of every kind, so the comparisons below are not empty', () => {
  const english = cases.filter(({ locale }) => locale === 'en')
  expect(english).toHaveLength(6)
  expect(english.flatMap(({ posts }) => posts).length).toBeGreaterThan(10)
  expect(english.flatMap(({ posts }) => posts)).toContainEqual(['Staraya Ploshchad 4', '103132 Moscow', 'Russia'])
  const single = english.flatMap(({ single }) => single)
  expect(single).toContain('+7 (38453) 2-34-56')
  expect(single).toContain('mayor@anzhero-sudzhensk.invalid')
  expect(single.length).toBeGreaterThan(20)
})

describe('the letter sheets of the campaigns that ship', () => {
  test.each(cases)('$slug, $locale: every channel of every contact, as often as it is listed', (given) => {
    const { locale, campaign, posts, single } = given
    const html = String(<LetterPage locale={locale} settings={settings} campaign={campaign} now={now} />)
    const pieces = piecesOfText(html)
    for (const way of new Set(single)) {
      const isWay = (other: string) => other === way
      expect(pieces.filter(isWay), way).toHaveLength(single.filter(isWay).length)
    }
    const shown = elements(html, 'address').map((element) => element.text)
    for (const post of posts)
      expect(shown.filter((address) => address.endsWith(post.join('')))).toHaveLength(times(posts, post))
    expect(shown).toHaveLength(posts.length)
  })
})

describe('the PDFs of the campaigns that ship', () => {
  const printed = cases.map(({ slug, locale, campaign }) => ({
    slug,
    locale,
    letters: printedLetters({ locale, settings, campaign }, now),
  }))
  const written = printed.filter(({ locale, letters }) => locale !== 'ar' && letters.length > 0)

  test.each(written)('$slug, $locale: every word of each sheet in order, one page per sheet', async ({ letters }) => {
    const bytes = await sheetsPdf(
      letters.map(({ sheet }) => sheet),
      'a4',
    )
    const pages = await pagesOf(bytes ?? new Uint8Array())
    expect(pages).toHaveLength(letters.length)
    for (const [at, { sheet }] of letters.entries()) {
      let rest = dense(pages[at]?.text ?? '')
      for (const piece of piecesOfText(String(<Sheet sheet={sheet} />)).map(dense)) {
        expect(rest).toContain(piece)
        rest = rest.slice(rest.indexOf(piece) + piece.length)
      }
      expect(rest).toBe('')
    }
  })

  test('exist in each language but Arabic, whose warnings the font cannot write', async () => {
    expect(new Set(written.map(({ locale }) => locale)).size).toBe(settings.locales.length - 1)
    expect(new Set(written.flatMap(({ letters }) => letters.map(({ sheet }) => sheet.locale))).size).toBeGreaterThan(2)
    for (const { letters } of printed.filter(({ locale }) => locale === 'ar'))
      for (const { sheet } of letters) expect(await sheetsPdf([sheet], 'a4')).toBeNull()
  })
})

describe('the plain text of the campaigns that ship', () => {
  test.each(cases)('$slug, $locale: every channel of every contact, as often as it is listed', (given) => {
    const text = textOf(given)
    const { posts, single } = given
    for (const way of new Set(single)) {
      const listed = single.filter((other) => other === way).length
      expect(timesIn(text, way), way).toBe(listed)
    }
    for (const post of posts) {
      const lines = new RegExp(post.map((line) => `${escaped(line)}$`).join('\\n +'), 'gmu')
      expect([...text.matchAll(lines)], post.join()).toHaveLength(times(posts, post))
    }
  })

  test.each(cases)('$slug, $locale: no line is longer than 78 characters, except a long address', (given) => {
    const addresses = [...given.single, ...given.posts.flat()]
    const long = textOf(given)
      .split('\n')
      .filter((line) => [...line].length > 78)
    for (const line of long) {
      const rest = line.trim().replace(/^[^:]{1,30}: /, '')
      expect(addresses.includes(rest) || !rest.includes(' '), line).toBe(true)
    }
  })

  test.each(cases)('$slug, $locale: title, demands, sources and origin, and no unfilled placeholder', (given) => {
    const text = textOf(given)
    const flat = text.replace(/\s+/g, ' ')
    const words = given.campaign.words[given.locale] ?? given.campaign.words.en
    for (const part of [words?.title, words?.dateline, words?.author?.name, ...(words?.demands ?? [])])
      if (part !== undefined) expect(flat).toContain(part.replace(/\s+/g, ' '))
    for (const { title, url } of given.campaign.sources) {
      expect(flat).toContain(title)
      if (url !== undefined) expect(text).toContain(url)
    }
    const written = given.campaign.words[given.locale] === undefined ? 'en' : given.locale
    expect(text).toContain(`\n${settings.publicUrl}/${written}/campaigns/${given.slug}\n`)
    expect(text).not.toMatch(/undefined|\[object|\{\w|[\uE000-\uF8FF\uFFFD]| $/m)
  })
})

const textOf = ({ campaign, locale }: (typeof cases)[number]): string =>
  appealText({ campaign, locale, publicUrl: settings.publicUrl, now })

/** How often an address is listed, alone or as the end of a longer address. */
const times = (posts: string[][], post: string[]): number =>
  posts.filter((other) => other.join('\n').endsWith(post.join('\n'))).length
