import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { unpackedChromium } from './chromium.ts'

/**
 * A headless Chromium from npm. No sandbox and no zygote, as in a container neither can be relied on; it opens what the
 * tests serve and nothing else. Several processes, because in one Chromium cannot close and open contexts.
 */
export async function launch(): Promise<Browser> {
  const { program, env } = await unpackedChromium()
  return chromium.launch({
    executablePath: program,
    env: { ...process.env, ...env },
    chromiumSandbox: false,
    args: [
      '--headless=shell',
      '--no-zygote',
      '--disable-gpu',
      '--disable-background-networking',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe has against a page, one line an element: `rule: element: what to do`. WCAG 2.2 A and AA, and best practice. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource) // by the debugger, so that the page's Content-Security-Policy holds
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  )
}
