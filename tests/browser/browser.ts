import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { unpackedChromium } from './chromium.ts'

/**
 * Starts a headless Chromium from npm that can open only what the tests serve. It has no sandbox and no zygote, which may fail in
 * containers, but several processes, since a single-process Chromium cannot close and reopen contexts.
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

/** axe's violations on a page, one line each: `rule: element: what to do`. Rules: WCAG 2.2 A and AA, and best practice. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource) // injected by the debugger, so that the page's Content-Security-Policy stays in force
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  )
}
