import type { Page } from 'playwright-core'
import { axe } from './browser.ts'

/**
 * The faults of a loaded page, one line each beginning with `where`: axe's violations, unless `script` is off, and excess width.
 * If the environment variable SHOTS names a folder, a screenshot is saved there.
 */
export async function faultsOf(page: Page, where: string, { script = true } = {}): Promise<string[]> {
  const wide = await tooWide(page)
  if (process.env.SHOTS !== undefined)
    await page.screenshot({ path: `${process.env.SHOTS}/${where.replaceAll(/\W+/g, '-')}.png`, fullPage: true })
  const found = script ? await axe(page) : []
  return [...found, ...wide].map((fault) => `${where}: ${fault}`)
}

/** One line if the page is wider than its window, else none. Waits for the load, since a page has no element right after a click. */
export async function tooWide(page: Page): Promise<string[]> {
  await page.waitForLoadState()
  const inner = await page.evaluate('document.documentElement.scrollWidth')
  const width = page.viewportSize()?.width
  return inner === width ? [] : [`${inner} px in ${width}`]
}
