import { afterAll, beforeAll, expect, test } from 'vitest'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { dense, pagesOf } from '../support/pdf.ts'
import { axe } from './browser.ts'
import { tooWide } from './faults.ts'
import { PAPERS, type Paper, printed } from './printed.ts'
import { follow, openSite, type Site } from './site.ts'

/** Least margin in points: 15 mm, which every printer can print up to and is a little less than the sheets' margins. */
const SAFE_POINTS = 42

const papers = Object.keys(PAPERS) as Paper[]
const BAKERY = '/en/campaigns/river-street-bakery/letter'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

/** Publishes a campaign by the API. */
async function publish(slug: string, changes: string, words: Record<string, string>): Promise<void> {
  const definition = `slug: ${slug}\nopened: 2026-03-01\ncountry: NO\ntopics: [transport]\n${changes}`
  const files = Object.fromEntries(
    Object.entries(words).map(([locale, letter]) => [
      `${locale}.md`,
      `---\ntitle: Harbour (${locale})\nsummary: They stand outside.\nsubjects: { appeal: Open }\ndemands: [Open the gate.]\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\n${letter}\n`,
    ]),
  )
  const answer = await fetch(`${site.url}/api/campaigns/${slug}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ files: { 'campaign.yaml': definition, ...files } }),
  })
  expect(answer.status, await answer.text()).toBe(201)
}

const target = (id: string, locale: string, salutation: string, channels: string) =>
  `  - id: ${id}\n    role: Office ${id}\n    locale: ${locale}\n    salutation: { ${locale === 'en' ? '' : `en: Dear ${id}, `}${locale}: '${salutation}' }\n    channels: ${channels}\n    ladder: [paper]\n`

test.each(papers)(
  'on %s an open campaign prints as one sheet for each target, in the target’s language, and nothing else',
  async (paper) => {
    const page = await site.open(BAKERY)
    const [inspector, buyer, ...more] = await printed(page, paper)
    expect(more).toEqual([])
    const [width, height] = PAPERS[paper]
    for (const sheet of [inspector, buyer]) {
      expect(Math.abs((sheet?.width ?? 0) - width)).toBeLessThanOrEqual(1) // the browser rounds the size of A4 up
      expect(Math.abs((sheet?.height ?? 0) - height)).toBeLessThanOrEqual(1)
    }
    for (const part of [
      'Labour Inspectorate 1 Market Square Hollowmere',
      'Dear Chief Inspector,',
      'I am writing about the bakery in River Street',
      'In my own words',
      'Signature',
      '/en/campaigns/river-street-bakery',
    ])
      expect(inspector?.text).toContain(part)
    expect(inspector?.text).not.toContain('Fax')
    for (const part of ['+999 555 0130', '30 Canal Row', 'Monsieur le Responsable des achats,', 'Avec mes mots'])
      expect(buyer?.text).toContain(part)
    const all = `${inspector?.text}${buyer?.text}`
    expect(all).not.toMatch(/committee@|copies@|director@|Letters to print|Sign up|Solidarity House/)
  },
)

test.each(papers)(
  'on %s a letter of many pages loses and cuts no line, and the next letter begins on a new page',
  async (paper) => {
    const slug = `long-${paper.toLowerCase()}`
    const paragraphs = Array.from(
      { length: 90 },
      (_, n) => `Paragraph ${n + 1}. ${'The gate has been shut for weeks. '.repeat(3)}`,
    )
    const long = `${'Pneumono'.repeat(20)}\n\n${paragraphs.join('\n\n')}`
    await publish(
      slug,
      `status: open\ntargets:\n${target('one', 'fr', 'Monsieur,', "{ post: [Quay 1, Exampletown], fax: ['+47 555 01 01', '+47 555 01 02'] }")}${target('two', 'en', 'Dear two', '{ post: [Quay 2, Exampletown] }')}`,
      { en: 'Open it.', fr: long },
    )
    const pages = await printed(await site.open(`/en/campaigns/${slug}/letter`), paper)
    expect(pages.length).toBeGreaterThan(3)
    const whole = pages.map(({ text }) => text).join(' ')
    expect([...whole.matchAll(/Paragraph (\d+)\./g)].map(([, n]) => Number(n))).toEqual(paragraphs.map((_, n) => n + 1))
    const second = pages.findIndex(({ text }) => text.includes('Dear two'))
    expect(second).toBe(pages.length - 1)
    expect(pages[second]?.text).not.toContain('Paragraph')
    const signed = pages.findIndex(({ text }) => text.includes('Signature'))
    expect(pages[signed]?.text).toMatch(/Nom.*Lieu.*Date.*Signature/)
    for (const { left, right, top, bottom } of pages) {
      for (const edge of [left, right, top, bottom]) expect(edge).toBeGreaterThan(SAFE_POINTS)
    }
  },
)

test.each(papers)('on %s each page of the PDF has the text of the printed page', async (paper) => {
  for (const slug of ['river-street-bakery', 'kuzbass-2002']) {
    const path = `/fr/campaigns/${slug}/letter`
    const sheets = await printed(await site.open(path), paper)
    const answer = await fetch(`${site.url}${path}.pdf?paper=${paper.toLowerCase()}`)
    const pages = await pagesOf(new Uint8Array(await answer.arrayBuffer()))
    expect(pages.map(({ text }) => dense(text))).toEqual(sheets.map(({ text }) => dense(text)))
    for (const { width, height } of pages) expect([Math.round(width), Math.round(height)]).toEqual(PAPERS[paper])
  }
})

test('each printed sheet of a campaign that is over says not to send it and has no line to sign', async () => {
  const page = await site.open('/ru/campaigns/kuzbass-2002/letter')
  const sheets = await printed(page, 'A4')
  expect(sheets).toHaveLength(3)
  for (const { text } of sheets) {
    expect(text).toContain('Это письмо больше не отправляйте.')
    expect(text).not.toContain('Подпись')
  }
  expect(sheets[2]?.text).toContain('+7 (38453) 2-34-56')
})

test('axe finds nothing on the sheets in print, nor on screen at 360 px, in Arabic and for targets of other scripts', async () => {
  const channels = "{ post: [ميناء, هولومير], fax: ['+47 555 01 01'], email: [port@example.org] }"
  await publish(
    'scripts',
    `status: open\ntargets:\n${target('ar', 'ar', 'السيد المدير،', channels)}${target('kk', 'kk', 'Құрметті директор!', channels)}${target('de', 'de', 'Herr Direktor', channels)}`,
    { en: 'Open it.', ar: 'افتحوا البوابة.', kk: 'Қақпаны ашыңыз.' },
  )
  const found: string[] = []
  for (const path of [
    '/ar/campaigns/scripts/letter',
    '/ar/campaigns/river-street-bakery/letter',
    '/ar/campaigns/kuzbass-2002/letter',
    '/en/campaigns/kas-kor-1994/letter',
    BAKERY,
  ]) {
    const page = await site.open(path, { width: 360 })
    expect(await tooWide(page), path).toEqual([])
    for (const scheme of ['light', 'dark'] as const) {
      for (const media of ['screen', 'print'] as const) {
        await page.emulateMedia({ media, colorScheme: scheme })
        for (const violation of await axe(page)) {
          // The page's title is not printed, since it is no part of a letter.
          if (media === 'print' && violation.startsWith('page-has-heading-one:')) continue
          found.push(`${path} ${media} ${scheme}: ${violation}`)
        }
      }
    }
  }
  expect(found).toEqual([])

  const page = await site.open('/ar/campaigns/scripts/letter')
  const directions = await page.evaluate(
    `[...document.querySelectorAll('.sheet')].map(({ lang, dir }) => lang + ' ' + dir)`,
  )
  expect(directions).toEqual(['ar rtl', 'kk ltr', 'en ltr'])
  const pages = await printed(page, 'A4')
  expect(pages).toHaveLength(3)
  expect(pages[1]?.text).toContain('Құрметті директор!')
  expect(pages[2]?.text).toContain('Dear de')
})

test('the campaign’s page links to its sheets, the whole case to the sheet of each target, and each sheet back', async () => {
  const page = await site.open('/en/campaigns/river-street-bakery', { script: false })
  await follow(page.getByRole('link', { name: 'Letter to print, post or fax' }))
  expect(new URL(page.url()).pathname).toBe('/en/campaigns/river-street-bakery/letter')
  await page.goto('/en/campaigns/river-street-bakery/more')
  const links = page.getByRole('link', { name: 'Letter to print, post or fax' })
  expect(await links.count()).toBe(2)
  await links.last().click()
  expect(new URL(page.url()).hash).toBe('#to-buyer')
  expect(await page.locator('#to-buyer .sheet').textContent()).toContain('30 Canal Row')
  await follow(page.getByRole('link', { name: 'Back to the campaign' }))
  expect(new URL(page.url()).pathname).toBe('/en/campaigns/river-street-bakery')
})

test('the plain text is UTF-8, in the requested language or the browser’s, and absent for a draft', async () => {
  const get = (path: string, headers = {}) => fetch(site.url + path, { headers })
  const russian = await get('/campaigns/river-street-bakery.txt?lang=ru')
  expect(russian.status).toBe(200)
  expect(russian.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(russian.headers.get('content-language')).toBe('ru')
  expect(await russian.text()).toContain('Три пекаря и опасная печь')

  const negotiated = await get('/campaigns/river-street-bakery.txt', { 'accept-language': 'fr;q=0.9, xx' })
  expect([negotiated.headers.get('content-language'), negotiated.headers.get('vary')]).toEqual([
    'fr',
    'Accept-Language',
  ])
  for (const lang of ['de', '__proto__', '%00', 'constructor', 'en-'])
    expect((await get(`/campaigns/river-street-bakery.txt?lang=${lang}`)).headers.get('content-language')).toBe('en')

  const over = await get('/campaigns/kuzbass-2002.txt?lang=ar')
  expect([over.headers.get('content-language'), over.headers.get('x-robots-tag')]).toEqual(['en', 'noindex'])
  await publish('a-draft', 'status: draft\n', { en: 'Open it.' })
  const locales = TEST_SETTINGS.LOCALES.split(',')
  const missing = [
    '/campaigns/none.txt',
    '/campaigns/a-draft.txt',
    '/campaigns/__proto__.txt',
    '/xx/campaigns/kuzbass-2002/letter',
  ]
  for (const path of [...missing, ...locales.map((locale) => `/${locale}/campaigns/a-draft/letter`)])
    expect((await get(path)).status, path).toBe(404)
})
