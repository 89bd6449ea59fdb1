import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import { ROUTES } from '../../src/paths.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { axe } from './browser.ts'
import { tooWide } from './faults.ts'
import { FILLING_MS, linkIn, openSite, type Site } from './site.ts'

const SLUG = 'river-street-bakery'
const LOCALES = TEST_SETTINGS.LOCALES.split(',')
/** A partner's server. Its host is `localhost`, so it is another origin and another site than 127.0.0.1. */
type Union = { origin: string; pages: Map<string, string>; close(): Promise<void> }

async function unionsSite(): Promise<Union> {
  const pages = new Map<string, string>()
  const server = createServer((request, response) => {
    const body = pages.get(request.url ?? '')
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><html lang="en"><title>Our union</title><h1>Our union</h1>${body ?? ''}`)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, pages, close }
}

/** The HTML snippets of docs/embedding.md, in order: the frame and the form. */
const [frameSnippet = '', formSnippet = ''] = [
  ...readFileSync(join(import.meta.dirname, '../../docs/embedding.md'), 'utf8').matchAll(/```html\n([\s\S]*?)```/g),
].map(([, html = '']) => html)
const here = (snippet: string) => snippet.replaceAll('https://act.example.org', site.url)

let site: Site
let union: Union
let stranger: Union
beforeAll(async () => {
  union = await unionsSite()
  stranger = await unionsSite()
  site = await openSite({ PARTNER_ORIGINS: union.origin })
  union.pages.set('/frame', here(frameSnippet))
  union.pages.set('/form', here(formSnippet))
  union.pages.set('/page', `<iframe src="${site.url}/en/campaigns/${SLUG}" title="Framed"></iframe>`)
  stranger.pages.set('/frame', here(frameSnippet))
  stranger.pages.set('/form', here(formSnippet))
})
afterAll(async () => {
  await site.close()
  await union.close()
  await stranger.close()
})

test('a visitor signs up in the frame on an unlisted site, without JavaScript and after a mistake', async () => {
  const email = 'anna.framed@example.org'
  const page = await site.open(`${stranger.origin}/frame`, { script: false, width: 360 })
  const frame = page.frameLocator('iframe')
  await frame.getByRole('heading', { level: 1 }).filter({ hasText: 'Three bakers' }).waitFor()
  await frame.locator('#email').fill('anna.example.org')
  await page.waitForTimeout(FILLING_MS)
  await frame.getByRole('button').click()
  await frame.getByRole('alert').getByText('Enter an email address with an @').waitFor()
  expect(await frame.locator('#email').inputValue()).toBe('anna.example.org')

  await frame.locator('#email').fill(email)
  await page.waitForTimeout(FILLING_MS)
  await frame.getByRole('button').click()
  await frame.getByText('Check your email').waitFor()
  expect(page.url()).toBe(`${stranger.origin}/frame`)

  const confirmation = await site.mail(email, 1)
  await page.goto(linkIn(confirmation, '/confirm/'))
  expect(await page.locator('main').textContent()).toContain('Three bakers')
  await page.getByRole('button').click()
  await page.getByText('You are signed up').waitFor()
  expect(await page.context().cookies()).toEqual([])
})

test('the frame opens the campaign in a new tab, and no other page allows framing', async () => {
  const page = await site.open(`${union.origin}/frame`)
  const opened = page.context().waitForEvent('page')
  await page.frameLocator('iframe').getByRole('link', { name: 'Read the full story' }).click()
  const tab = await opened
  await tab.waitForLoadState()
  expect(tab.url()).toBe(`${site.url}/en/campaigns/${SLUG}`)
  expect(await tab.evaluate('window.opener === null')).toBe(true)

  const refused: string[] = []
  page.on('console', (message) => refused.push(message.text()))
  await page.goto(`${union.origin}/page`)
  expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0)
  expect(refused.join()).toContain('frame-ancestors')
})

test('every page but the frame forbids framing, and the frame differs in nothing else', async () => {
  const samples: Record<string, string> = {
    locale: 'en',
    slug: SLUG,
    token: 'cut',
    provider: 'resend',
    id: '1',
    file: '1.eml',
  }
  const policies = new Map<string, string>()
  for (const route of Object.values(ROUTES)) {
    const path = route.replace(/:(\w+)(\{[^}]*\})?/g, (_, name: string) => samples[name] ?? 'x').replace('*', 'x')
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(site.url + path, { method, redirect: 'manual' })
      await answer.arrayBuffer()
      expect(answer.headers.get('set-cookie'), path).toBeNull()
      policies.set(`${method} ${route}`, answer.headers.get('content-security-policy') ?? '')
    }
  }
  const framed = [...policies].filter(([, policy]) => !/frame-ancestors '(none|self)'/.test(policy)) // the outbox frames its own mails
  expect(framed.map(([route]) => route)).toEqual([`GET ${ROUTES.embed}`, `POST ${ROUTES.embed}`])
  for (const [, policy] of framed)
    expect(policy.replace('frame-ancestors *', "frame-ancestors 'none'")).toBe(policies.get(`GET ${ROUTES.campaign}`))
})

test('a plain form signs up from the partner origin of the settings, and from no other', async () => {
  const email = 'vera.plain@example.org'
  const page = await site.open(`${union.origin}/form`, { script: false })
  await page.getByLabel('Email address').fill(email)
  await page.getByRole('button').click()
  await page.waitForURL(`${site.url}/en/sign-up?sent=1`)
  await page.goto(linkIn(await site.mail(email, 1), '/confirm/'))
  expect(await page.locator('main').textContent()).toContain('Three bakers')

  await page.goto(`${stranger.origin}/form`)
  await page.getByLabel('Email address').fill('vera.stranger@example.org')
  await page.getByRole('button').click()
  await page.getByText('We could not accept this form').waitFor()
})

test('the frame’s form accepts no other fields and no other origin', async () => {
  const post = (headers: Record<string, string>, body: string) =>
    fetch(`${site.url}/embed/${SLUG}?lang=en`, { method: 'POST', headers, body, redirect: 'manual' })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'email=lena.direct%40example.org'
  expect((await post({ ...form, origin: union.origin }, body)).status).toBe(403)
  expect((await post({ ...form, origin: site.url }, body)).status).toBe(422) // without the stamp
  expect((await post({ 'content-type': 'application/json', origin: site.url }, '{}')).status).toBe(415)
  expect((await fetch(`${site.url}/embed/no-such-campaign?lang=en`)).status).toBe(404)
})

test('axe finds nothing in the frame’s page, which is valid HTML and no wider than its frame', async () => {
  const found: string[] = []
  const page = await site.open('about:blank', { width: 320 })
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y'],
    // Off: what hono/jsx writes in its own style, and the length of titles, which organisers choose.
    rules: { 'void-style': 'off', 'long-title': 'off', 'attribute-boolean-style': 'off' },
  })
  for (const path of LOCALES.flatMap((locale) => [
    ...bundled.map(({ slug }) => `/embed/${slug}?lang=${locale}`),
    `/embed/${SLUG}?lang=${locale}&sent=1`,
    `/embed/no-such-campaign?lang=${locale}`,
  ])) {
    const html = await (await fetch(site.url + path)).text()
    expect(html, path).not.toContain('<script')
    const { results } = await validator.validateString(html)
    for (const { messages } of results)
      for (const { line, ruleId, message } of messages) found.push(`${path}:${line} ${ruleId}: ${message}`)
    const inArabicOrEnglish = /lang=(ar|en)/.test(path)
    await page.goto(path)
    for (const width of [320, 360]) {
      await page.setViewportSize({ width, height: 800 })
      for (const fault of await tooWide(page)) found.push(`${path}: ${fault}`)
    }
    for (const colorScheme of inArabicOrEnglish ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme })
      for (const violation of await axe(page)) found.push(`${path} ${colorScheme}: ${violation}`)
    }
  }
  expect(found).toEqual([])
})
