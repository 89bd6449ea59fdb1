import { gzipSync } from 'node:zlib'
import { HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import { localesOf } from '../../src/campaigns/campaign.ts'
import { AXE_WITHIN_MS, axeOnEveryPage, LOCALES, withSheets } from './every-page.ts'
import { tooWide } from './faults.ts'
import { follow, openSite, type Site } from './site.ts'

/** Bytes that a page may transfer, style sheet included, compressed as Cloudflare compresses (DESIGN §6). */
const MAX_TRANSFERRED = 15_000
/**
 * Bytes that a page may have before compression: what a phone stores and parses, and a server without compression sends.
 * On the page for writing, a letter from one's own mailbox takes 8 kB for each target, since five links and a text hold it; compressed it
 * takes 1.5 kB. The style takes 10 kB, the metadata for social networks 2 kB.
 */
const MAX_UNPACKED = 44_000

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

test.each([
  { locale: 'en', width: 1280, scheme: 'light' as const },
  { locale: 'ar', width: 360, scheme: 'dark' as const },
])('axe finds nothing on any page in $locale at $width px, $scheme', { timeout: AXE_WITHIN_MS }, async (look) => {
  expect(await axeOnEveryPage(site, look)).toEqual([])
})

test('no page is wider than the narrowest phone, in any language', async () => {
  const wide: string[] = []
  const page = await site.open('/en/', { width: 320 })
  for (const path of LOCALES.flatMap(withSheets)) {
    await page.goto(path)
    for (const width of [320, 360]) {
      await page.setViewportSize({ width, height: 640 })
      for (const fault of await tooWide(page)) wide.push(`${path}: ${fault}`)
    }
  }
  expect(wide).toEqual([])
})

test('every control is large enough for a thumb', async () => {
  const page = await site.open('/en/sign-up', { width: 360 })
  for (const path of ['/en/sign-up', '/en/', '/ar/campaigns/river-street-bakery']) {
    await page.goto(path)
    const small =
      await page.evaluate(`[...document.querySelectorAll('button, select, nav a, .button, label:has(input), input')]
      .filter((element) => element.checkVisibility() && !element.closest('.hidden') && element.type !== 'checkbox' && element.type !== 'hidden')
      .filter((element) => element.getBoundingClientRect().height < 44)
      .map((element) => element.outerHTML)`)
    expect(small, path).toEqual([])
  }
})

test('a page needs no script and stays within its size limits', async () => {
  for (const path of LOCALES.flatMap(withSheets)) {
    const whole = await (await fetch(site.url + path)).text()
    expect(whole, path).not.toContain('<script')
    expect(gzipSync(whole).length, path).toBeLessThan(MAX_TRANSFERRED)
    expect(Buffer.byteLength(whole), path).toBeLessThan(MAX_UNPACKED)
  }
})

test('pages load nothing from other sites and obey their own Content-Security-Policy', async () => {
  const trouble: string[] = []
  for (const path of ['/en/', '/en/campaigns/river-street-bakery', '/ar/sign-up']) {
    const page = await site.open('about:blank')
    page.on('console', (message) => trouble.push(`${path}: ${message.text()}`))
    page.on('request', (request) => {
      if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) trouble.push(request.url())
    })
    await page.goto(path)
    expect(await page.evaluate('document.styleSheets[0].cssRules.length')).toBeGreaterThan(0)
  }
  expect(trouble).toEqual([])
})

test('the markup of every page is valid', async () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y'],
    // Off: what hono/jsx writes in its own style, and the length of titles, which organisers choose.
    rules: { 'void-style': 'off', 'long-title': 'off', 'attribute-boolean-style': 'off' },
  })
  const faults: string[] = []
  for (const path of [...LOCALES.flatMap(withSheets), '/outbox', '/confirm/cut']) {
    const report = await validator.validateString(await (await fetch(site.url + path)).text())
    for (const { messages } of report.results) {
      for (const { line, ruleId, message } of messages) faults.push(`${path}:${line} ${ruleId}: ${message}`)
    }
  }
  expect(faults).toEqual([])
})

test('the language switch leads to the same page, and hreflang lists only languages that the page is written in', async () => {
  const page = await site.open('/en/campaigns/kuzbass-2002')
  await follow(page.getByRole('navigation').getByRole('link', { name: 'русский' }))
  expect(new URL(page.url()).pathname).toBe('/ru/campaigns/kuzbass-2002')
  expect(await page.locator('html').getAttribute('lang')).toBe('ru')
  expect(await page.locator('nav [aria-current]').getAttribute('hreflang')).toBe('ru')

  const campaign = bundled.find(({ slug }) => slug === 'kuzbass-2002')
  const hreflangs = await page.evaluate(`[...document.querySelectorAll('link[hreflang]')].map((link) => link.hreflang)`)
  expect(hreflangs).toEqual([...LOCALES.filter((l) => campaign && localesOf(campaign).includes(l)), 'x-default'])
  expect(await page.locator('link[rel=canonical]').getAttribute('href')).toBe(page.url())
})

test('a campaign without the reader’s language is shown in English, marked as such, inside a page in their language', async () => {
  const page = await site.open('/ar/campaigns/kuzbass-2002')
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
  expect(await page.locator('article').getAttribute('lang')).toBe('en')
  expect(await page.locator('article').getAttribute('dir')).toBe('ltr')
  expect(await page.locator('link[rel=canonical]').getAttribute('href')).toBe(`${site.url}/en/campaigns/kuzbass-2002`)
  await page.getByText('لا تتوفر هذه الحملة بلغتك بعد').waitFor()
})

test('Kazakh pages have Kazakh days, countries and languages, which the runtime lacks', async () => {
  const page = await site.open('/kk/campaigns/river-street-bakery')
  let text = await page.locator('main').innerText()
  await page.goto('/kk/campaigns/river-street-bakery/more')
  text += await page.locator('main').innerText()
  for (const expected of ['2026 ж. 1 қараша', 'Ирландия', '2027 ж. 30 қаңтар, сенбі', 'француз тілі'])
    expect(text).toContain(expected)
  expect(text).not.toMatch(/M\d\d|Ireland/)
})

test('the page of a campaign that is over says so first, and has no link to write a letter', async () => {
  const page = await site.open('/en/campaigns/kuzbass-2002')
  await page.getByText('This campaign is closed').waitFor()
  expect(await page.locator('a[href^="mailto:"], a[href^="tel:"]').count()).toBe(0)
  expect(await page.locator('a[href$="/write"]').count()).toBe(0)
  await page.goto('/en/campaigns/river-street-bakery')
  expect(await page.locator('a[href$="/write"]').count()).toBe(1)
})
