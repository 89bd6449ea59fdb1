import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf } from './faults.ts'
import { FILLING_MS, follow, linkIn, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite({}, { clock: true })
  await site.clock.moveTo(nextNoon(await site.clock.now()))
})
afterAll(() => site.close())

const DAY_MS = 86_400_000
/** Noon in UTC: each day that the test moves the clock on, the targets' offices are open at this hour. */
const nextNoon = (now: number) => Math.ceil((now - DAY_MS / 2) / DAY_MS) * DAY_MS + DAY_MS / 2
const CAMPAIGN = 'river-street-bakery'
const SENTENCE = 'I bake at night, too, and I know what that floor is like.'

test.each([
  { locale: 'en', script: true, width: 1280, scheme: 'light' as const },
  { locale: 'ar', script: false, width: 360, scheme: 'dark' as const },
])(
  'a letter goes from form to receipt in $locale at $width px, script: $script, and axe finds nothing',
  async (how) => {
    const { locale, ...reader } = how
    const found: string[] = []
    const look = async (page: Page, where: string) => {
      found.push(...(await faultsOf(page, `${locale} ${where}`, reader)))
    }
    const page = await site.open(`/${locale}/campaigns/${CAMPAIGN}`, reader)
    await follow(page.locator(`a[href$="/write"]`))
    await look(page, 'the form')
    expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr')

    await page.waitForTimeout(FILLING_MS)
    await follow(page.locator('form.card button[type=submit]'))
    await look(page, 'what is missing')
    expect(await page.locator('[aria-invalid=true]').count()).toBe(3)

    const email = `writer-${locale}@example.org`
    await page.locator('#sentence').fill(SENTENCE)
    await page.locator('#name').fill('Orla Brambleworth')
    await page.locator('#email').fill(email)
    await page.locator('input[name=consent]').first().check()
    await page.waitForTimeout(FILLING_MS)
    await follow(page.locator('form.card button[type=submit]'))
    expect(page.url()).toContain('sent=1')
    await look(page, 'check your email')

    const shown = await site.open(linkIn(await site.mail(email, 1), '/confirm/'), reader)
    expect(await shown.textContent('main')).toContain(SENTENCE)
    await look(shown, 'the letter once more')
    await follow(shown.locator('main button[type=submit]'))
    await look(shown, 'thank you')
    expect(await shown.locator('h1').count()).toBe(1)

    // The receipt comes once every target has the letter, and the inspector's office opens on a working morning.
    for (let days = 0; days < 4; days++) {
      await site.clock.moveTo((await site.clock.now()) + DAY_MS)
      await shown.waitForTimeout(500)
    }
    const mail = await site.mail(email, 2)
    const receipt = await site.open('about:blank', reader)
    await receipt.setContent(mail.html)
    expect(await receipt.textContent('body')).toContain(SENTENCE)
    expect(await receipt.locator('html').getAttribute('lang')).toBe(locale)
    await look(receipt, 'the receipt')
    expect(found).toEqual([])
  },
)
