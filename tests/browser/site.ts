import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { CLOCK_OBJECT, type MovableClock, movableBundlePath, movableClock } from '../../scripts/clock/movable.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { startServer } from '../../scripts/local/server.ts'
import { MIN_FILL_MS } from '../../src/security/form-timestamp.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { launch } from './browser.ts'

/** Milliseconds from opening a form to sending it, with room for the clock. */
export const FILLING_MS = MIN_FILL_MS + 200

/** Milliseconds a mail may take from the act that asks for it to the outbox: an alarm, and the first compile of its template. */
const MAIL_WAIT_MS = 20_000

export type Mail = { id: number; to: string; subject: string; text: string; html: string }

export type Site = {
  url: string
  browser: Browser
  /** Of a site that was opened with one. */
  clock: MovableClock
  /** A page of a reader of their own. `script: false` as where JavaScript is switched off. */
  open(path: string, options?: { script?: boolean; width?: number; scheme?: 'light' | 'dark' }): Promise<Page>
  /** The newest mail to an address once there are so many; waits for it. */
  mail(to: string, count: number): Promise<Mail>
  close(): Promise<void>
}

/**
 * The built Worker with nothing in it but the demonstration campaigns, and a browser to look at it. `further` settings, if any;
 * `clock: true` for one whose clock can be moved.
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
        reducedMotion: 'reduce', // nothing is measured half-way
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

/** The link of a mail whose path begins so. */
export function linkIn({ text }: Mail, path: string): string {
  const link = text.match(/https?:\/\/\S+/g)?.find((url) => new URL(url).pathname.startsWith(path))
  if (link === undefined) throw new Error(`no link to ${path} in the mail:\n${text}`)
  return link
}
