import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { CLOCK_OBJECT, type MovableClock, movableBundlePath, movableClock } from '../../scripts/clock/movable.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { startServer } from '../../scripts/local/server.ts'
import { MIN_FILL_MS } from '../../src/security/form-timestamp.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { launch } from './browser.ts'

/** Milliseconds to wait between opening and sending a form: the required minimum and a margin. */
export const FILLING_MS = MIN_FILL_MS + 200

/** Milliseconds to wait for a mail in the outbox: one alarm and the first compile of its template. */
const MAIL_WAIT_MS = 20_000

export type Mail = { id: number; to: string; subject: string; text: string; html: string }

export type Site = {
  url: string
  browser: Browser
  /** Moves the clock of a site opened with `clock: true`. */
  clock: MovableClock
  /** Opens a page in a new browser context. `script: false` switches JavaScript off. */
  open(path: string, options?: { script?: boolean; width?: number; scheme?: 'light' | 'dark' }): Promise<Page>
  /** Waits until an address has `count` mails, and returns the newest. @throws Error if they do not arrive in time. */
  mail(to: string, count: number): Promise<Mail>
  close(): Promise<void>
}

/**
 * Starts the built Worker on empty state with the demonstration campaigns, and a browser. `further` adds settings;
 * `clock: true` starts the build with a movable clock.
 */
export async function openSite(further: Record<string, string> = {}, { clock = false } = {}): Promise<Site> {
  const built = clock ? { bundle: movableBundlePath, unbound: [CLOCK_OBJECT] } : {}
  const state = mkdtempSync(join(tmpdir(), 'tocsin-browser-'))
  const { PUBLIC_URL: _, ...settings } = TEST_SETTINGS
  const port = await anyPort()
  const server = await startServer({ port, state, settings: { ...settings, ...further }, quiet: true, ...built })
  const browser = await launch()
  const contexts: BrowserContext[] = []
  return {
    url: server.url,
    browser,
    clock: movableClock(server),
    async open(path, { script = true, width = 1280, scheme = 'light' } = {}) {
      const context = await browser.newContext({
        baseURL: server.url,
        javaScriptEnabled: script,
        viewport: { width, height: 800 },
        colorScheme: scheme,
        reducedMotion: 'reduce', // so that no measurement happens during an animation
      })
      contexts.push(context)
      const page = await context.newPage()
      await page.goto(path)
      return page
    },
    async mail(to, count) {
      for (const until = Date.now() + MAIL_WAIT_MS; Date.now() < until; ) {
        const mails: Mail[] = await (await fetch(`${server.url}/outbox.json?to=${encodeURIComponent(to)}`)).json()
        const newest = mails.at(-1)
        if (mails.length >= count && newest !== undefined) return newest
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`no mail number ${count} to ${to} within ${MAIL_WAIT_MS} ms`)
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()))
      await browser.close()
      await server.stop()
      rmSync(state, { recursive: true })
    },
  }
}

/** The first link of a mail whose path begins with `path`. @throws Error if there is none. */
export function linkIn({ text }: Mail, path: string): string {
  const link = text.match(/https?:\/\/\S+/g)?.find((url) => new URL(url).pathname.startsWith(path))
  if (link === undefined) throw new Error(`no link to ${path} in the mail:\n${text}`)
  return link
}

/** Clicks a link or button that leads to another page, and waits until that page is loaded. A click alone does not wait. */
export async function follow(leading: Locator): Promise<void> {
  const loaded = leading.page().waitForEvent('load')
  await leading.click()
  await loaded
}
