import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TEST_TOKEN } from '../settings.ts'
import { LOCALES } from './every-page.ts'
import { faultsOf } from './faults.ts'
import { openSite, type Site } from './site.ts'

const PHONE = { width: 360, height: 740 }
/** Most characters of a title and a summary (campaign.ts): the longest head that a campaign can have. */
const LONG = {
  title: 'Reinstate the crew '.repeat(7).slice(0, 120),
  summary: 'They stopped an unsafe oven. '.repeat(15).slice(0, 400),
}

const files = (status: string, ladder: string) => ({
  'campaign.yaml': `slug: quay
status: ${status}
opened: 2026-03-01
country: NO
topics: [transport]
goal: { letters: 500 }
events:
  - { id: picket, title: Picket, start: 2026-03-05T11:00, zone: Europe/Oslo, place: Gate 3 }
targets:
  - id: director
    role: Director
    locale: en
    salutation: Dear director,
    channels: { email: [director@port.invalid], post: [Quay 1, Oslo] }
    ladder: [${ladder}]
`,
  'en.md': `---
title: ${LONG.title.trim()}
summary: ${LONG.summary.trim()}
subjects: { appeal: Quay }
demands: [Reinstate them.]
---

## Appeal

Please write today.

## Letter

Dear director, take them back.

## Update 2026-03-10 The first day

They are out.

## Update 2026-04-10 All ten are back at work

The port signed.
`,
})

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

async function publish(status: string, ladder = 'each'): Promise<void> {
  const answer = await fetch(`${site.url}/api/campaigns/quay`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ files: files(status, ladder) }),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

async function onPhone(path: string): Promise<Page> {
  const page = await site.open('about:blank', { width: PHONE.width, script: true })
  await page.setViewportSize(PHONE)
  await page.goto(path)
  return page
}

/** Whether the whole main button is inside the window. */
const isInReach = `(() => {
  const { top, bottom } = document.querySelector('.main .button').getBoundingClientRect()
  return top >= 0 && bottom <= innerHeight
})()`

test('on a phone the main act is on the first screen and in reach all the way down, in every language', async () => {
  await publish('open')
  for (const path of LOCALES.flatMap((l) => [`/${l}/campaigns/river-street-bakery`, `/${l}/campaigns/quay`])) {
    const page = await onPhone(path)
    const height: number = await page.evaluate('document.querySelector("main").scrollHeight')
    for (let y = 0; y < height - PHONE.height; y += 500) {
      await page.evaluate(`scrollTo({ top: ${y}, behavior: 'instant' })`)
      expect(await page.evaluate(isInReach), `${path} at ${y}`).toBe(true)
    }
    expect(await page.locator('.main .button').count(), path).toBe(1)
    const form = await page.evaluate<number>(`document.querySelector('#sign-up').getBoundingClientRect().top + scrollY`)
    expect(form, `${path}: sign-up`).toBeLessThan(height / 2)
    await page.context().close()
  }
})

test('the languages are behind one control on a phone and in a row in a wide window, without a script', async () => {
  for (const locale of ['en', 'ar']) {
    const path = `/${locale}/campaigns/river-street-bakery`
    const phone = await site.open(path, { width: 360, script: false })
    const other = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'қазақ тілі' })
    expect(await other(phone).isVisible()).toBe(false)
    await phone.locator('.tongues summary').click()
    const box = await other(phone).boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360)
    expect(await faultsOf(await withScript(path), `${locale} languages open`)).toEqual([])
    expect(await other(await site.open(path, { script: false })).isVisible()).toBe(true)
  }
})

async function withScript(path: string): Promise<Page> {
  const page = await onPhone(path)
  await page.locator('.tongues summary').click()
  return page
}

test('a won campaign says first what was won, and asks for nothing', async () => {
  await publish('won')
  const page = await onPhone('/en/campaigns/quay')
  const text = await page.locator('main').innerText()
  expect(text.indexOf('All ten are back at work')).toBeGreaterThan(0)
  expect(text.indexOf('All ten are back at work')).toBeLessThan(text.indexOf('What the workers demanded'))
  for (const asking of ['Please write today', 'They stopped an unsafe oven', 'Picket', 'The first day', 'The goal is'])
    expect(text, asking).not.toContain(asking)
  expect(await page.locator('.main, progress, a[href$="/write"], a[href$="/share"]').count()).toBe(0)
  expect(await faultsOf(page, 'won')).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await faultsOf(page, 'won dark')).toEqual([])
  await page.goto('/en/campaigns/quay/more')
  const whole = await page.locator('main').innerText()
  expect(whole.indexOf('All ten are back at work')).toBeLessThan(whole.indexOf('The first day'))
})

test('where this site sends no letters, the main act leads to the other ways to write', async () => {
  await publish('open', 'own-mailbox')
  const page = await onPhone('/en/campaigns/quay')
  await page.locator('.main .button').click()
  await page.getByRole('link', { name: 'Write in my email app' }).waitFor()
  expect(await page.locator('form[action$="/letters"]').count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Director' }).getAttribute('href')).toContain('/letter#to-director')
  expect(await faultsOf(page, 'other ways')).toEqual([])
})

test('the write page begins with the sentence and shows the letter with its gap', async () => {
  for (const locale of ['en', 'ar']) {
    const page = await onPhone(`/${locale}/campaigns/river-street-bakery/write`)
    const order = await page.evaluate<string[]>(
      `[...document.querySelectorAll('main form [name]:not([type=hidden]), main form mark')].map((e) => e.name ?? 'gap')`,
    )
    expect(order.slice(0, 2)).toEqual(['sentence', 'gap'])
    expect(await page.locator('main mark').first().isVisible()).toBe(true)
    expect(await faultsOf(page, `${locale} write`)).toEqual([])
  }
})

test('a screenshot of each width', async () => {
  if (process.env.SHOTS === undefined) return
  for (const [path, width] of [
    ['/en/campaigns/river-street-bakery', 360],
    ['/ar/campaigns/river-street-bakery', 360],
    ['/ru/campaigns/river-street-bakery', 360],
    ['/en/campaigns/river-street-bakery', 1280],
    ['/en/campaigns/kuzbass-2002', 1280],
    ['/en/campaigns/river-street-bakery/more', 360],
    ['/en/campaigns/river-street-bakery/write', 1280],
  ] as const) {
    const page = await site.open(path, { width })
    if (width === 360) await page.setViewportSize(PHONE)
    await page.screenshot({ path: `${process.env.SHOTS}/first-${width}-${path.replaceAll('/', '_')}.png` })
    await faultsOf(page, `full ${width} ${path}`)
  }
})
