import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import { Coverage } from '../../src/campaigns/share-image/coverage.ts'
import { glyphLine, outline } from '../../src/campaigns/share-image/line.ts'
import { openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

const require = createRequire(import.meta.url)
const fontFile = (name: string) => readFileSync(require.resolve(name)).toString('base64')
const FONTS = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext'].map(
    (part) => `@fontsource/noto-sans/files/noto-sans-${part}-700-normal.woff2`,
  ),
  '@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-700-normal.woff2',
]

const SIZE = 48
const LEFT = 36
const BASELINE = 72
const HEIGHT = 120
/** Least share of the covered pixels that both renderings cover. Two renderers round edges differently. */
const MIN_ALIKE = 0.88

/** Pixels by which the widths of a line may differ: the font moves the dots of two letters apart, but the share image does not. */
const MAX_WIDER = 5
/** Arabic vowel signs and doubling marks, which share images leave out. */
const SIGNS = /[\u064b-\u0652\u0670]/g

const LOAD_FONTS = `(async (fonts) => {
  for (const [at, data] of fonts.entries()) {
    document.fonts.add(await new FontFace('f' + at, 'url(data:font/woff2;base64,' + data + ')', { weight: '700' }).load())
  }
})`

/** Script for the browser: draws a line with the browser's own shaping, and compares `ours`, one byte of coverage for each pixel. */
const COMPARE = `(({ ours, text, rtl, size, left, baseline, width, height }) => {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  context.font = '700 ' + size + 'px f0,f1,f2,f3,f4'
  context.fontKerning = 'none'
  context.textAlign = 'left'
  context.direction = rtl ? 'rtl' : 'ltr'
  context.fillText(text, left, baseline)
  const { data } = context.getImageData(0, 0, width, height)
  const drawn = atob(ours)
  let both = 0, either = 0
  for (let at = 0; at < drawn.length; at++) {
    both += Math.min(drawn.charCodeAt(at), data[at * 4 + 3])
    either += Math.max(drawn.charCodeAt(at), data[at * 4 + 3])
  }
  return { alike: both / either, width: context.measureText(text).width }
})`

const titles = bundled.flatMap(({ words }) =>
  Object.entries(words).map(([locale, { title }]) => [locale, title] as const),
)
const LINES: ReadonlyArray<readonly [locale: string, text: string]> = [
  ...titles,
  ['fr', 'Où sont passés les salaires d’août ?'],
  ['es', '¡Reincorporación ya! El año pasado'],
  ['ru', 'Объявлена забастовка — № 5, «Заря»'],
  ['kk', 'Әділет үшін: ұжым қысымға көнбейді, һәм'],
  ['ar', 'إضراب عام في 12.5 موقعًا (Hollowmere) اليوم؟'],
  ['ar', 'اتفاق 2024-2026 (Local 12 [ب] x) بنسبة 50% من C++\u200e!'],
  ['en', 'Bakery (مخبز 3) of Hollowmere: نعم, لا'],
  ['ar', 'لا للفصل، آلاف الأسر بلا أجور، إلى متى'],
]

test('share images shape, join, order and fill letters as the browser does with the same font, in all six languages', async () => {
  const page = await site.open('about:blank')
  await page.evaluate(`${LOAD_FONTS}(${JSON.stringify(FONTS.map(fontFile))})`)
  const unlike: string[] = []
  for (const [locale, whole] of LINES) {
    const text = whole.split(' ').slice(0, 7).join(' ').replace(SIGNS, '')
    const rtl = locale === 'ar'
    const line = glyphLine(text, rtl)
    if (line === null) throw new Error(`${text}: no glyphs`)
    const width = Math.ceil(line.ems * SIZE) + 2 * LEFT
    const cover = new Coverage(width, HEIGHT)
    outline(line, cover, LEFT, BASELINE, SIZE)
    const pixels = new Uint8Array(width * HEIGHT)
    cover.each((x, y, share) => {
      pixels[y * width + x] = Math.round(share * 255)
    })
    const ours = Buffer.from(pixels).toString('base64')
    const input = { ours, text, rtl, size: SIZE, left: LEFT, baseline: BASELINE, width, height: HEIGHT }
    const theirs = await page.evaluate<{ alike: number; width: number }>(`${COMPARE}(${JSON.stringify(input)})`)
    if (theirs.alike < MIN_ALIKE || Math.abs(theirs.width - line.ems * SIZE) > MAX_WIDER)
      unlike.push(`${locale} ${text}: ${theirs.alike.toFixed(3)}, ${theirs.width} and ${line.ems * SIZE} px wide`)
  }
  expect(unlike).toEqual([])
})

test('og:image leads to a picture of the stated size that is not empty', async () => {
  for (const locale of ['en', 'kk', 'ar']) {
    const page = await site.open(`/${locale}/campaigns/river-street-bakery`)
    const url = await page.locator('meta[property="og:image"]').getAttribute('content')
    if (url === null) throw new Error('no picture')
    const answer = await fetch(url)
    expect(answer.headers.get('content-type')).toBe('image/png')
    const png = Buffer.from(await answer.arrayBuffer()).toString('base64')
    const seen = await (await site.open('about:blank')).evaluate(`(async () => {
      const picture = await createImageBitmap(await (await fetch('data:image/png;base64,${png}')).blob())
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
      context.drawImage(picture, 0, 0)
      const { data } = context.getImageData(0, 0, picture.width, picture.height)
      let dark = 0
      for (let at = 0; at < data.length; at += 4) if (data[at] < 64 && data[at + 1] < 64) dark++
      return { width: picture.width, height: picture.height, share: dark / (data.length / 4) }
    })()`)
    expect(seen).toMatchObject({ width: 1200, height: 630 })
    expect((seen as { share: number }).share).toBeGreaterThan(0.02)
  }
})

test('an unknown campaign or language has no share image', async () => {
  for (const path of ['/en/campaigns/no-such/picture.png', '/xx/campaigns/river-street-bakery/picture.png'])
    expect((await fetch(site.url + path)).status).toBe(404)
})
