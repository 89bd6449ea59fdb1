import type { Page } from 'playwright-core'
import { axe } from './browser.ts'

/**
 * What is wrong with a page that has loaded: axe's violations, unless `script` is off, and a page wider than the screen.
 * One line a fault, each beginning with `where`. With the environment variable SHOTS, a folder, it also takes a picture.
 */
export async function faultsOf(page: Page, where: string, { script = true } = {}): Promise<string[]> {
  const wide = await tooWide(page)
  if (process.env.SHOTS !== undefined)
    await page.screenshot({ path: `${process.env.SHOTS}/${where.replaceAll(/\W+/g, '-')}.png`, fullPage: true })
  const found = script ? await axe(page) : []
  return [...found, ...wide].map((fault) => `${where}: ${fault}`)
}

/** One line if the page is wider than its window. Right after a click the new page has no element yet, so it waits for the load. */
export async function tooWide(page: Page): Promise<string[]> {
  await page.waitForLoadState()
  const inner = await page.evaluate('document.documentElement.scrollWidth')
  const width = page.viewportSize()?.width
  return inner === width ? [] : [`${inner} px in ${width}`]
}
