import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axe, launch } from './browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const show = async (html: string) => {
  const page = await browser.newPage()
  await page.setContent(`<!doctype html><html lang="en"><head><title>A page</title>
    <meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'"></head><body><main>${html}</main></body></html>`)
  return page
}

test('axe finds nothing on a sound page, even under a policy that forbids scripts', async () => {
  expect(await axe(await show('<h1>Title</h1><p>Text</p>'))).toEqual([])
})

test('axe names the faulty element', async () => {
  const found = await axe(await show('<h1>Title</h1><img src="data:," id="bare"><p style="color:#ccc">pale</p>'))
  expect(found.map((line) => line.split(':')[0]).sort()).toEqual(['color-contrast', 'image-alt'])
  expect(found.join()).toContain('#bare')
})

test('the browser reaches no address outside this machine', async () => {
  const page = await browser.newPage()
  await expect(page.goto('http://example.org/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
})
