import { bundled } from '../../src/campaigns/bundled.gen.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { axe } from './browser.ts'
import { faultsOf } from './faults.ts'
import type { Site } from './site.ts'

/** Milliseconds for axe on every page: three times what a busy machine has needed. */
export const AXE_WITHIN_MS = 180_000

export const LOCALES = TEST_SETTINGS.LOCALES.split(',')

/** Paths of all pages of a language that need no token, without the letter sheets. */
const everyPage = (locale: string): string[] => [
  `/${locale}/`,
  ...bundled.flatMap(({ slug }) => [`/${locale}/campaigns/${slug}`, `/${locale}/campaigns/${slug}/more`]),
  `/${locale}/campaigns/river-street-bakery/more?part=2`,
  `/${locale}/campaigns/river-street-bakery/share`,
  `/${locale}/campaigns/river-street-bakery/write`,
  `/${locale}/campaigns/river-street-bakery/write?sent=1`,
  `/${locale}/campaigns/river-street-bakery/support`,
  `/${locale}/campaigns/river-street-bakery/endorse`,
  `/${locale}/campaigns/river-street-bakery/endorse?sent=1`,
  `/${locale}/sign-up`,
  `/${locale}/sign-up?sent=1`,
  `/my-data?locale=${locale}`,
  `/my-data?locale=${locale}&sent=1`,
  `/${locale}/no-such-page`,
]

/** The paths of a language with the letter sheets, which `paper.test.ts` checks with axe on screen and in print. */
export const withSheets = (locale: string): string[] => [
  ...everyPage(locale),
  ...bundled.map(({ slug }) => `/${locale}/campaigns/${slug}/letter`),
]

export type Look = { locale: string; width: number; scheme: 'light' | 'dark' }

/** axe's violations on every page of a language and on the pages without a language, one line each. */
export async function axeOnEveryPage(site: Site, { locale, width, scheme }: Look): Promise<string[]> {
  const found: string[] = []
  const page = await site.open('about:blank', { width, scheme })
  for (const path of [...everyPage(locale), '/confirm/cut', '/unsubscribe/cut', '/outbox']) {
    await page.goto(path)
    for (const violation of await axe(page)) found.push(`${path}: ${violation}`)
  }
  await page.context().close()
  return found
}

const MAIL_KINDS = ['confirm', 'welcome', 'appeal', 'update', 'goodbye', 'my-data', 'letter', 'receipt', 'returned']

/** axe's violations in every kind of mail of a language, and mails wider than their window, one line each. */
export async function axeOnEveryMail(site: Site, { locale, width, scheme }: Look): Promise<string[]> {
  const found: string[] = []
  const page = await site.open('about:blank', { width, scheme })
  for (const email of MAIL_KINDS) {
    const answer = await fetch(`${site.url}/api/campaigns/river-street-bakery/preview`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email, locale }),
    })
    if (answer.status !== 200) throw new Error(`the preview of ${email} in ${locale} answered ${answer.status}`)
    const { html } = (await answer.json()) as { html: string }
    await page.setContent(html)
    found.push(...(await faultsOf(page, `${email} in ${locale}`)))
  }
  await page.context().close()
  return found
}
