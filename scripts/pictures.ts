/**
 * `npm run pictures`: takes pictures of pages and of every kind of mail with Chromium. All go to build/pictures, those of the README to
 * docs/pictures, too.
 */

import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { campaignFiles } from '../src/cli/campaign-folders.ts'
import { CAMPAIGNS } from '../src/cli/project.ts'
import { paths } from '../src/paths.ts'
import { launch } from '../tests/browser/browser.ts'
import { bundle, root } from './local/bundle.ts'
import { organiser } from './local/organiser.ts'
import { readPreviewSettings } from './preview/settings.ts'

const CAMPAIGN = 'river-street-bakery'
const ALL = join(root, 'build', 'pictures')
const README_PICTURES = join(root, 'docs', 'pictures')
const IN_README = ['page', 'page-phone', 'page-ar', 'mail-appeal-ru']

/** Day of the last update of the pictures of a campaign that is won. */
const WON_ON = '2026-11-28'

const DESKTOP = { width: 1200, height: 1000 }
const PHONE = { width: 360, height: 740 }
/** A mail as a reading pane shows it. Its picture has the whole mail. */
const PANE = { width: 640, height: 800 }

type Look = { size: { width: number; height: number }; scheme?: 'light' | 'dark'; isWhole?: boolean }

const PAGES: ReadonlyArray<Look & { name: string; path: string }> = [
  { name: 'page', path: paths.campaign('en', CAMPAIGN), size: DESKTOP },
  { name: 'page-phone', path: paths.campaign('en', CAMPAIGN), size: PHONE },
  { name: 'page-dark', path: paths.campaign('en', CAMPAIGN), size: DESKTOP, scheme: 'dark' },
  { name: 'page-ar', path: paths.campaign('ar', CAMPAIGN), size: PHONE, scheme: 'dark' },
  { name: 'page-whole', path: paths.campaign('en', CAMPAIGN), size: PHONE, isWhole: true },
  { name: 'write', path: paths.write('en', CAMPAIGN), size: DESKTOP, isWhole: true },
  { name: 'write-phone', path: paths.write('en', CAMPAIGN), size: PHONE, isWhole: true },
]
const WON_PAGES: typeof PAGES = [
  { name: 'page-won', path: paths.campaign('en', CAMPAIGN), size: DESKTOP },
  { name: 'page-won-phone', path: paths.campaign('en', CAMPAIGN), size: PHONE, isWhole: true },
]

await bundle()
const { collect, startPreviewServer } = await import('./preview/collect.ts') // it needs modules that the build has made
const { pathOf } = await import('./preview/shown.ts')
const { writePreview } = await import('./preview/write-folder.ts')
const settings = await readPreviewSettings()
const preview = await startPreviewServer(settings)
const browser = await launch()
try {
  rmSync(ALL, { recursive: true, force: true })
  mkdirSync(ALL, { recursive: true })
  const files = campaignFiles(join(CAMPAIGNS, CAMPAIGN))
  const collected = await collect(preview, { slug: CAMPAIGN, files }, Date.now())
  writePreview(join(ALL, CAMPAIGN), collected)
  const { url } = preview.server
  for (const { name, path, ...look } of PAGES) await take(browser, name, new URL(path, url).href, look)
  const mails = collected.shown.filter(({ kind, locale }) => kind === 'mail' && ['en', 'ru', 'ar'].includes(locale))
  for (const mail of mails) {
    const file = pathToFileURL(join(ALL, CAMPAIGN, pathOf(mail, 'html'))).href
    await take(browser, `mail-${mail.name}-${mail.locale}`, file, { size: PANE, isWhole: mail.name !== 'appeal' })
  }
  await organiser(url, settings.token).publish(CAMPAIGN, won(files))
  for (const { name, path, ...look } of WON_PAGES) await take(browser, name, new URL(path, url).href, look)
  mkdirSync(README_PICTURES, { recursive: true })
  for (const name of IN_README) copyFileSync(join(ALL, `${name}.png`), join(README_PICTURES, `${name}.png`))
  console.log(`${ALL}\n${IN_README.map((name) => `docs/pictures/${name}.png`).join('\n')}`)
} finally {
  await browser.close()
  await preview.stop()
}

/** The campaign's files after its end. What was won is written in English alone. */
function won(files: Record<string, string>): Record<string, string> {
  const definition = files['campaign.yaml']?.replace('status: open', 'status: won') ?? ''
  const outcome = `
## Update ${WON_ON} The three are back at the ovens

The company took all three back today and paid the nights they had lost. An inspector has looked at all four ovens.

**Thank you** to everyone who wrote.
`
  const subject = `  updates:\n    ${WON_ON}: The three are back at the ovens\n`
  const words = files['en.md']?.replace(/^ {2}updates:\n/m, subject) ?? ''
  return { ...files, 'campaign.yaml': definition, 'en.md': words.replace(/\n(?=## Update )/, `${outcome}\n`) }
}

async function take(chromium: Browser, name: string, url: string, { size, scheme = 'light', isWhole }: Look) {
  const page = await chromium.newPage({ viewport: size, colorScheme: scheme })
  await page.goto(url)
  await page.screenshot({ path: join(ALL, `${name}.png`), fullPage: isWhole === true })
  await page.close()
}
