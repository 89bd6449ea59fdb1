import type { Browser, Page } from 'playwright-core'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleMails } from '../../scripts/spam/mails.ts'
import { bundledCampaign } from '../../src/campaigns/catalogue.ts'
import { copiesMail, supportMail } from '../../src/emails/letters/digest.ts'
import { merge } from '../../src/emails/template/merge.ts'
import { sender } from '../support/campaign.ts'
import { axe, launch } from './browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const NOW = Date.UTC(2026, 10, 30, 12)
/** Kinds whose content people write. The others were in order before, and `pages.test.ts` looks at them. */
const KINDS = ['letter-to-target', 'digest', 'copies', 'support', 'receipt', 'returned', 'moderate']
/** Most pixels of a line of text: about 70 characters of 17 pixels. */
const MEASURE = 600

const sideways = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')

test('every kind is one column of readable width without faults, light and dark, and nobody scrolls sideways', async () => {
  const seen = new Map<string, string>()
  for (const { kind, locale, bytes } of await sampleMails(NOW))
    if (KINDS.includes(kind) && ['en', 'ar'].includes(locale))
      seen.set(`${kind} in ${locale}`, (await PostalMime.parse(bytes)).html ?? '')
  expect(seen.size).toBe(2 * KINDS.length)
  const faults: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme })
    for (const [mail, html] of seen) {
      await page.setContent(html)
      for (const width of [320, 640, 1400]) {
        await page.setViewportSize({ width, height: 800 })
        if ((await sideways(page)) > 0) faults.push(`${mail} at ${width} scrolls sideways`)
        const widest = await page.evaluate<number>(
          `Math.max(...[...document.querySelectorAll('p, li, h1')].map((one) => one.getBoundingClientRect().width))`,
        )
        if (widest > MEASURE) faults.push(`${mail} at ${width} has lines of ${widest} pixels`)
      }
      if (colorScheme === 'dark') {
        const ground = await page.evaluate<string>(
          `getComputedStyle(document.querySelector('.page, .card')).backgroundColor`,
        )
        if (/25\d/.test(ground)) faults.push(`${mail} is bright in the dark: ${ground}`)
      }
      // axe takes most of the time, and the colours do not differ between languages: English is checked light, Arabic dark.
      if (mail.endsWith('ar') === (colorScheme === 'dark'))
        faults.push(...(await axe(page)).map((fault) => `${mail} ${colorScheme}: ${fault}`))
    }
    await page.close()
  }
  expect(faults).toEqual([])
})

const WORDS = {
  letters: 'Unbreakable'.repeat(13),
  'an address': `https://example.org/${'path/'.repeat(60)}`,
  'Arabic letters': 'ـ'.repeat(300),
  'Chinese characters': '漢'.repeat(200),
}

test.each(Object.entries(WORDS))('a word of any length is broken: %s', async (_, word) => {
  const campaign = bundledCampaign('river-street-bakery') ?? expect.fail('the demonstration has lost its campaign')
  const said = [{ name: word.slice(0, 60), place: word.slice(0, 60), text: `I say ${word}` }]
  const page = await browser.newPage({ viewport: { width: 320, height: 800 } })
  for (const locale of ['en', 'ar']) {
    const reader = { locale }
    for (const mail of [
      supportMail(campaign, reader, said, sender),
      copiesMail(campaign, reader, campaign.targets, said, 'https://act.example.org/s', sender),
    ]) {
      await page.setContent(merge(mail, {}).html)
      expect(await sideways(page)).toBeLessThanOrEqual(0)
    }
  }
  await page.close()
})
