import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axe } from './browser.ts'
import { axeOnEveryMail } from './every-page.ts'
import { FILLING_MS, follow, linkIn, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if (await page.locator(selector).evaluateAll((found) => found.some((e) => e.matches(':focus')))) return
  }
  throw new Error(`${selector} cannot be reached by Tab on ${page.url()}`)
}

/** axe's violations on a page without JavaScript, checked in a copy of the page where scripts are allowed. */
async function axeOnCopy(page: Page): Promise<string[]> {
  const copy = await site.open('/en/')
  await copy.setContent(await page.content())
  return axe(copy)
}

const title = (page: Page) => page.locator('h1').textContent()

/** Signs up and confirms an address, for tests about a later step. */
async function join(email: string): Promise<void> {
  const page = await site.open('/en/sign-up', { script: false })
  await page.getByLabel('Email address').fill(email)
  await page.waitForTimeout(FILLING_MS)
  await page.getByRole('button').click()
  await page.goto(linkIn(await site.mail(email, 1), '/confirm/'))
  await page.getByRole('button').click()
  await site.mail(email, 2)
}

test('a visitor signs up, confirms and unsubscribes by keyboard alone, without JavaScript', async () => {
  const email = 'anna.keyboard@example.org'
  const page = await site.open('/en/campaigns/river-street-bakery', { script: false })
  await tabTo(page, '#email')
  await page.keyboard.type(email)
  await tabTo(page, '#name')
  await page.keyboard.type('Anna')
  await tabTo(page, 'input[value=fr]')
  await page.keyboard.press('Space')
  await page.waitForTimeout(FILLING_MS)
  await tabTo(page, 'button')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/en/sign-up?sent=1')
  expect(await title(page)).toBe('Check your email')

  await page.goto(linkIn(await site.mail(email, 1), '/confirm/'))
  expect(await page.locator('main').textContent()).toContain('Three bakers')
  expect(await axeOnCopy(page)).toEqual([])
  await tabTo(page, 'button')
  await page.keyboard.press('Enter')
  await page.getByText('You are signed up').waitFor()
  expect(await axeOnCopy(page)).toEqual([])

  await page.goto(linkIn(await site.mail(email, 2), '/unsubscribe/'))
  expect(await axeOnCopy(page)).toEqual([])
  await tabTo(page, 'main button')
  await page.keyboard.press('Enter')
  await page.getByText('You have unsubscribed').waitFor()
  expect(await axeOnCopy(page)).toEqual([])
})

test('a form with a mistake comes back with every entered value, names the mistake and links to its field', async () => {
  const page = await site.open('/ru/sign-up', { script: false })
  await page.locator('#email').fill('anna.example.org')
  await page.locator('#name').fill('Анна')
  await page.locator('[name=topics][value=mining]').check()
  await page.locator('[name=locales][value=kk]').check()
  await page.locator('#country').selectOption('KZ')
  await page.waitForTimeout(FILLING_MS)
  await follow(page.locator('form button'))

  expect(await page.title()).toContain('Ошибка')
  expect(await axeOnCopy(page)).toEqual([])
  const summary = page.getByRole('alert')
  expect(await summary.evaluate((element) => element.matches(':focus'))).toBe(true)
  expect(await page.locator('#email').getAttribute('aria-invalid')).toBe('true')
  expect(await page.locator('#email').inputValue()).toBe('anna.example.org')
  expect(await page.locator('#name').inputValue()).toBe('Анна')
  expect(await page.locator('#country').inputValue()).toBe('KZ')
  const checked = await page
    .locator('input:checked')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('value')))
  expect(checked).toEqual(['ru', 'kk', 'mining'])

  await summary.getByRole('link').click()
  expect(await page.locator('#email').evaluate((element) => element.matches(':focus'))).toBe(true)
  await page.locator('#email').fill('anna.mistake@example.org')
  await page.waitForTimeout(FILLING_MS)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/ru/sign-up?sent=1')
})

test('a supporter changes their data, pauses, and has everything erased', async () => {
  const email = 'vera.preferences@example.org'
  await join(email)
  const page = await site.open('/my-data?locale=en', { script: false })
  await page.getByLabel('Email address').fill(email)
  await page.waitForTimeout(FILLING_MS)
  await page.getByRole('button').click()
  await page.goto(linkIn(await site.mail(email, 3), '/preferences/'))
  expect(await axeOnCopy(page)).toEqual([])

  await page.locator('[name=topics][value=energy]').check()
  await page.locator('[name=locales][value=kk]').check()
  await page.locator('#until').fill('2000-01-01')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText('Choose a day in the future').waitFor()
  expect(await axeOnCopy(page)).toEqual([])

  const nextMonth = new Date(Date.now() + 30 * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10)
  await page.locator('[name=topics][value=energy]').check()
  await page.locator('#until').fill(nextMonth)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').getByText('Saved').waitFor()
  expect(await page.locator('#until').inputValue()).toBe(nextMonth)
  expect(await page.locator('[value=energy]').isChecked()).toBe(true)

  await page.getByRole('link', { name: 'Erase my data', exact: true }).click()
  expect(await axeOnCopy(page)).toEqual([])
  await page.getByRole('button', { name: 'Erase everything now' }).click()
  await page.getByText('Your data has been erased').waitFor()
  expect(await axeOnCopy(page)).toEqual([])
})

test('the outbox shows a mail at both widths, and a link in the mail opens outside its frame', async () => {
  const email = 'lena.outbox@example.org'
  await join(email)
  const page = await site.open(`/outbox?to=${encodeURIComponent(email)}`)
  expect(await axe(page)).toEqual([])
  await follow(page.getByRole('link', { name: 'Please confirm' }))
  await page.setViewportSize({ width: 360, height: 740 })
  const frame = await page.locator('iframe').boundingBox()
  expect([frame?.x, (frame?.x ?? 0) + (frame?.width ?? 0)]).toEqual([expect.closeTo(20, -1), expect.closeTo(340, -1)])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  for (const [name, width] of [
    ['phone', 360],
    ['desktop', 720],
  ] as const) {
    await follow(page.getByRole('link', { name: `${name}, ${width} px` }))
    expect((await page.locator('iframe').boundingBox())?.width).toBe(width)
    expect(await axe(page)).toEqual([])
  }
  const opened = page.context().waitForEvent('page')
  await page.frameLocator('iframe').getByRole('link').first().click()
  const outside = await opened
  await follow(outside.getByRole('button'))
  expect(await title(outside)).toBe('You are signed up')
})

test.each([
  { locale: 'en', width: 360, scheme: 'dark' as const },
  { locale: 'ar', width: 360, scheme: 'light' as const },
])('axe finds nothing in any mail in $locale at $width px, $scheme', async (look) => {
  expect(await axeOnEveryMail(site, look)).toEqual([])
})
