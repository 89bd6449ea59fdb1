import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LETTER_STYLE } from '../../src/campaigns/print/letter-style.gen.ts'
import { SignatureSheet } from '../../src/campaigns/print/signature-sheet.tsx'
import type { SignatureList } from '../../src/campaigns/print/signatures.ts'
import { directionOf } from '../../src/kit/locales.ts'
import { STYLE } from '../../src/web/style.gen.ts'
import { axe, launch } from './browser.ts'
import { PAPERS, type Paper, printed } from './printed.ts'

/** Least margin in points: 14 mm, a little less than the margins of the sheets. */
const SAFE_POINTS = 40
const papers = Object.keys(PAPERS) as Paper[]

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const list = (rows: SignatureList['rows']): SignatureList => ({
  title: 'Three bakers & a safe oven',
  lead: 'To the Labour Inspectorate, Hollowmere',
  rows,
  unreadable: 3,
  day: '2026-11-28',
})

/** Opens the signature sheet as a page without a server behind, such as a file that is handed on. */
async function opened(signed: SignatureList, locale: string): Promise<Page> {
  const page = await browser.newPage()
  const sheet = String(SignatureSheet({ list: signed, locale }))
  await page.setContent(
    `<!doctype html><html lang="${locale}" dir="${directionOf(locale)}"><title>Signatures</title><style>${STYLE}${LETTER_STYLE}</style><main>${sheet}</main></html>`,
  )
  return page
}

test.each(papers)(
  'on %s no row of the signature sheet is cut, and each page repeats the head of the table',
  async (paper) => {
    const rows = Array.from({ length: 150 }, (_, n) => ({
      name: n % 7 === 6 ? `Name ${n + 1} ${'Әбдірахманқызы '.repeat(9)}end ${n + 1}` : `Name ${n + 1}`,
      place: '<Hollowmere>',
      country: 'IE',
    }))
    const page = await opened(list(rows), 'en')
    const pages = await printed(page, paper)
    await page.close()
    expect(pages.length).toBeGreaterThan(3)
    const whole = pages.map(({ text }) => text).join(' ')
    expect([...whole.matchAll(/(\d+) Name (\d+)/g)].map(([, number, name]) => [Number(number), Number(name)])).toEqual(
      rows.map((_, n) => [n + 1, n + 1]),
    )
    for (const { text, left, right, top, bottom } of pages) {
      expect(text).toContain('No. Name Place')
      for (const [, n] of text.matchAll(/ end (\d+)/g)) expect(text).toContain(`Name ${n} `)
      for (const edge of [left, right, top, bottom]) expect(edge).toBeGreaterThan(SAFE_POINTS)
    }
    expect(pages[0]?.text).toContain('Three bakers & a safe oven To the Labour Inspectorate, Hollowmere')
    expect(pages[0]?.text).toContain('<Hollowmere>, Ireland')
    expect(pages.at(-1)?.text).toContain('150 signatures, 28 November 2026')
  },
)

test('the Arabic signature sheet runs right to left, names in other scripts keep their direction, and axe finds nothing', async () => {
  const page = await opened(
    list([
      { name: 'أمل حداد', country: 'EG' },
      { name: 'Айгүл (Қарағанды)', place: 'Almaty 7' },
    ]),
    'ar',
  )
  const sides = await page.evaluate(
    `[...document.querySelectorAll('tbody td')].map((cell) => Math.round(cell.getBoundingClientRect().right))`,
  )
  expect(await page.locator('.sheet').textContent()).toContain('توقيعان')
  const [number = 0, name = 0, place = 0] = sides as number[]
  expect(number).toBeGreaterThan(name)
  expect(name).toBeGreaterThan(place)
  for (const media of ['screen', 'print'] as const) {
    await page.emulateMedia({ media })
    expect(await axe(page)).toEqual([])
  }
  const [sheet, ...more] = await printed(page, 'A4')
  expect(more).toEqual([])
  for (const part of ['Айгүл (Қарағанды)', 'Almaty 7', '2026']) expect(sheet?.text).toContain(part)
  await page.close()
})
