import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import { TEST_TOKEN } from '../settings.ts'
import { readMailto } from '../support/mailto.ts'
import { axe } from './browser.ts'
import { tooWide } from './faults.ts'
import { openSite, type Site } from './site.ts'

const BAKERY = 'campaigns/river-street-bakery/write'

/** A campaign with more content than the bundled one: two targets, one of them with letters in Arabic, and a long letter. */
const crane = {
  'campaign.yaml': `slug: crane
status: open
opened: 2026-03-01
country: NO
topics: [transport]
targets:
  - id: director
    role: { en: Director of the port, ar: مدير الميناء }
    locale: ar
    salutation: { en: 'Dear director,', ar: 'السيد المدير،' }
    channels: { email: [director.of.the.whole.port.of.nowhere@port-authority-of-nowhere.invalid, office@port.invalid] }
    ladder: [own-mailbox]
  - id: owner
    role: Owner
    locale: lv
    salutation: Cienījamais īpašniek!
    channels: { email: [owner@port.invalid] }
    ladder: [own-mailbox]
`,
  'en.md': wordsIn('Open the gate', 'Forty drivers stand outside.'),
  'ar.md': wordsIn('افتحوا البوابة', 'يقف أربعون سائقًا في الخارج. '.repeat(20)),
}

function wordsIn(title: string, text: string): string {
  return `---\ntitle: ${title}\nsummary: ${text.slice(0, 100)}\nsubjects: { appeal: ${title} }\n---\n\n## Appeal\n\n${text}\n\n## Letter\n\n${text}\n\n${text}\n`
}

let site: Site
beforeAll(async () => {
  site = await openSite()
  const { status } = await fetch(`${site.url}/api/campaigns/crane`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ files: crane }),
  })
  expect(status).toBe(201)
})
afterAll(() => site.close())

test('with unfolded letters axe finds nothing and nothing is wider than a phone, in either direction, light and dark', async () => {
  const found: string[] = []
  for (const path of [`/en/${BAKERY}`, `/ar/${BAKERY}`, '/en/campaigns/crane/write', '/ar/campaigns/crane/write']) {
    const page = await site.open(path, { width: 360 })
    for (const fold of await page.locator('main details').all()) await fold.locator('summary').click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const violation of await axe(page)) found.push(`${path} ${colorScheme}: ${violation}`)
    }
    for (const width of [320, 360]) {
      await page.setViewportSize({ width, height: 640 })
      for (const fault of await tooWide(page)) found.push(`${path}: ${fault}`)
    }
    await page.context().close()
  }
  expect(found).toEqual([])
})

test('the buttons to write are large enough for a thumb', async () => {
  const page = await site.open(`/ar/${BAKERY}`, { width: 360 })
  for (const link of await page.locator('.act.note a, .act.note summary').all())
    expect((await link.boundingBox())?.height, await link.innerText()).toBeGreaterThanOrEqual(44)
})

test('the mailto link carries the same text as the letter to copy, without JavaScript', async () => {
  const page = await site.open(`/en/${BAKERY}`, { script: false, width: 360 })
  const href = await page.getByRole('link', { name: 'Write in my email app' }).getAttribute('href')
  await page.getByText('The full letter, to copy').click()
  const letter = page.getByLabel('Letter', { exact: true })
  expect(await letter.isEditable()).toBe(false)
  expect(readMailto(href ?? '')).toMatchObject({
    to: ['director@fennick-vale.invalid'],
    cc: ['copies@example.org'],
    subject: bundled.find(({ slug }) => slug === 'river-street-bakery')?.words.en?.title,
    body: (await letter.inputValue()).replaceAll('\n', '\r\n'),
  })
})

const directionOf = (id: string) => `getComputedStyle(document.getElementById('${id}')).direction`

test('a letter is shown in its own language and direction, whatever the page’s', async () => {
  const english = await site.open('/en/campaigns/crane/write')
  const letter = english.locator('#letter-director')
  await english.getByText('The full letter, to copy').first().click()
  expect(await english.evaluate(directionOf('letter-director'))).toBe('rtl')
  expect(await letter.getAttribute('lang')).toBe('ar')
  await english.getByText('A link can hold only the beginning of this letter').waitFor()
  await english.getByText('There is no letter in their language yet. This one is in: English.').waitFor()

  const arabic = await site.open('/ar/campaigns/crane/write')
  await arabic.getByText('الرسالة كاملة للنسخ').last().click()
  expect(await arabic.evaluate(directionOf('letter-owner'))).toBe('ltr')
})

test('a webmail link carries the letter and sends no referrer', async () => {
  for (const name of ['Gmail', 'Outlook.com', 'Microsoft 365', 'Yahoo']) {
    const page = await site.open(`/en/${BAKERY}`)
    const requests: Array<{ url: string; referer: string | undefined }> = []
    await page.route(/^https:/, async (route) => {
      requests.push({ url: route.request().url(), referer: (await route.request().allHeaders()).referer })
      await route.fulfill({ body: 'composing', contentType: 'text/plain' })
    })
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByText('composing').waitFor()
    expect(requests).toHaveLength(1)
    expect(requests[0]?.referer).toBeUndefined()
    const { searchParams } = new URL(requests[0]?.url ?? '')
    expect(searchParams.get('to')).toBe('director@fennick-vale.invalid')
    expect(searchParams.get('body')).toContain(
      'Dear Managing Director,\r\n\r\n[a sentence of your own]\r\n\r\nI am writing about the bakery',
    )
  }
})

test('no page of a case that is over offers a letter', async () => {
  const page = await site.open('/en/')
  for (const { slug } of bundled.filter(({ status }) => status !== 'open')) {
    await page.goto(`/en/campaigns/${slug}`)
    expect(await page.locator('a[href^="mailto:"], textarea, a[href*="compose"]').count(), slug).toBe(0)
  }
})
