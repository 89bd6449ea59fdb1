import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf } from './faults.ts'
import { FILLING_MS, follow, linkIn, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite({}, { clock: true })
})
afterAll(() => site.close())

const MINUTE_MS = 60_000
const CAMPAIGN = 'river-street-bakery'
const MESSAGE = 'I bake at night, too.\n\nHold on: a whole shift is with you.'

test.each([
  { locale: 'en', script: true, width: 1280, scheme: 'light' as const },
  { locale: 'ar', script: true, width: 360, scheme: 'dark' as const },
  { locale: 'ru', script: false, width: 360, scheme: 'light' as const },
])('a message and an endorsement are sent in $locale at $width px, $scheme, script: $script', async (how) => {
  const { locale, ...reader } = how
  const found: string[] = []
  const look = async (page: Page, where: string) => {
    found.push(...(await faultsOf(page, `${locale} ${where}`, reader)))
  }
  for (const form of [
    { path: 'support', fields: { text: MESSAGE, name: 'Orla Brambleworth' }, missing: 3 },
    {
      path: 'endorse',
      fields: { organisation: 'Millers’ Union', place: 'Farhaven', signer: 'Orla Brambleworth', role: 'secretary' },
      missing: 5,
    },
  ]) {
    const page = await site.open(`/${locale}/campaigns/${CAMPAIGN}`, reader)
    await follow(page.locator(`a[href$="/${form.path}"]`).first())
    await look(page, form.path)
    await page.waitForTimeout(FILLING_MS)
    await follow(page.locator('main button[type=submit]'))
    await look(page, `${form.path}, what is missing`)
    expect(await page.locator('[aria-invalid=true]').count()).toBe(form.missing)

    const email = `${form.path}-${locale}@example.org`
    for (const [name, value] of Object.entries({ ...form.fields, email })) await page.locator(`#${name}`).fill(value)
    if (form.path === 'support') {
      expect(await page.locator('#shown').isChecked()).toBe(false)
      await page.locator('#shown').check()
    }
    await page.waitForTimeout(FILLING_MS)
    await follow(page.locator('main button[type=submit]'))
    expect(page.url()).toContain('sent=1')
    await look(page, `${form.path}, check your email`)

    const shown = await site.open(linkIn(await site.mail(email, 1), '/confirm/'), reader)
    for (const value of Object.values(form.fields))
      for (const line of value.split('\n\n')) expect(await shown.textContent('main')).toContain(line)
    await look(shown, `${form.path}, once more`)
    await follow(shown.locator('main button[type=submit]'))
    await look(shown, `${form.path}, thank you`)
    expect(await shown.locator('h1').count()).toBe(1)
  }
  expect(found).toEqual([])
})

test('a moderator decides one submission after the other on a phone, and the page shows the accepted ones', async () => {
  const reader = { width: 360, script: true, scheme: 'dark' as const }
  const found: string[] = []
  const page = await site.open(linkIn(await site.mail('moderator@example.org', 1), '/moderate/'), reader)
  let decided = 0
  for (;;) {
    found.push(...(await faultsOf(page, `to decide ${decided}`, reader)))
    await page.locator('button[value=accept]').click()
    await page.locator('button[value=accept]').waitFor({ state: 'detached' })
    await page.waitForLoadState()
    decided++
    found.push(...(await faultsOf(page, `decided ${decided}`, reader)))
    const next = page.locator('main a.button[href^="/moderate/"]')
    if ((await next.count()) === 0) break
    await follow(next)
    await page.locator('button[value=accept]').waitFor()
  }
  expect(decided).toBe(6)
  expect(found).toEqual([])
  for (const locale of ['en', 'ar']) {
    const path = `/${locale}/campaigns/${CAMPAIGN}/more`
    const html = async () => {
      await site.clock.moveTo((await site.clock.now()) + MINUTE_MS) // a page shows new words after some minutes
      const parts = [1, 2, 3, 4].map(async (part) => (await fetch(`${site.url}${path}?part=${part}`)).text())
      return (await Promise.all(parts)).join()
    }
    await expect.poll(html, { timeout: 40_000, interval: 1_000 }).toContain('a whole shift is with you')
    expect(await html()).toContain('Millers’ Union')
    const shown = await site.open(`${path}?part=2`, reader)
    found.push(...(await faultsOf(shown, `the page in ${locale}`, reader)))
  }
  expect(found).toEqual([])
})
