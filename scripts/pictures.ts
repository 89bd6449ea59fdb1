/** `npm run pictures`: takes the README's pictures of a local server with Chromium, into docs/pictures. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launch } from '../tests/browser/browser.ts'
import { bundle, root } from './local/bundle.ts'
import { readDevVars } from './local/dev-vars.ts'
import { freePort } from './local/ports.ts'
import { startServer } from './local/server.ts'

const CAMPAIGN = 'river-street-bakery'
const folder = join(root, 'docs', 'pictures')

const state = mkdtempSync(join(tmpdir(), 'tocsin-pictures-'))
const { settings, token } = readDevVars(join(state, '.dev.vars'))
await bundle()
const server = await startServer({ port: await freePort(8800), state: join(state, 'state'), settings, quiet: true })
const browser = await launch()
try {
  mkdirSync(folder, { recursive: true })
  await takePage(browser, 'page.png', `${server.url}/en/campaigns/${CAMPAIGN}`, { width: 1200, height: 1000 })
  await takePage(browser, 'page-ar.png', `${server.url}/ar/campaigns/${CAMPAIGN}`, { width: 390, height: 1000 }, 'dark')
  await takeMail(browser, 'mail.png', 'ru', { width: 640, height: 1000 })
} finally {
  await browser.close()
  await server.stop()
  rmSync(state, { recursive: true })
}

type Size = { width: number; height: number }

async function takePage(
  browser: Browser,
  name: string,
  url: string,
  viewport: Size,
  colorScheme: 'light' | 'dark' = 'light',
) {
  const page = await browser.newPage({ viewport, colorScheme })
  await page.goto(url)
  await page.screenshot({ path: join(folder, name) })
  await page.close()
  console.log(`docs/pictures/${name}`)
}

/** Takes a picture of the appeal in one language, from the API's preview: the HTML that supporters get. */
async function takeMail(browser: Browser, name: string, locale: string, viewport: Size) {
  const answer = await fetch(`${server.url}/api/campaigns/${CAMPAIGN}/preview`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'appeal', locale }),
  })
  if (!answer.ok) throw new Error(`the preview answered ${answer.status}: ${await answer.text()}`)
  const { html } = (await answer.json()) as { html: string }
  const page = await browser.newPage({ viewport })
  await page.setContent(html)
  await page.screenshot({ path: join(folder, name) })
  await page.close()
  console.log(`docs/pictures/${name}`)
}
