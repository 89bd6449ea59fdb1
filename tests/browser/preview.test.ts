import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLOCK_OBJECT, movableBundlePath, movableClock } from '../../scripts/clock/movable.ts'
import { keysOf, person, sealedRecord } from '../../scripts/local/crowd.ts'
import { organiser } from '../../scripts/local/organiser.ts'
import { awaitMails, CONFIRM, linkIn } from '../../scripts/local/outbox.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { type Server, startServer } from '../../scripts/local/server.ts'
import { pressButtonBehind, signUp, writeLetter } from '../../scripts/local/visitor.ts'
import { type Collected, collect, type PreviewServer, startPreviewServer } from '../../scripts/preview/collect.ts'
import { SAMPLE_ENTRIES } from '../../scripts/preview/sample-people.ts'
import type { Shown } from '../../scripts/preview/shown.ts'
import { campaignFolders } from '../../src/cli/campaign-folders.ts'
import { paths } from '../../src/paths.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { tocsin } from '../support/terminal.ts'

/** One campaign with everything, the bulletin that is open, and a closed one: a preview of all six takes half a minute. */
const COMPARED = ['river-street-bakery', 'kas-kor-1994', 'kazakhmys-2015']
const FOLDERS = campaignFolders(join(import.meta.dirname, '../../campaigns')).filter(({ slug }) =>
  COMPARED.includes(slug),
)
/** Languages of the generated people, by number. */
const READERS = ['en', 'ru', 'fr', 'es', 'kk', 'ar']
/** Languages whose pages are compared. */
const LOCALES = ['en', 'kk', 'ar']
/** Milliseconds for the work that a moved clock begins. */
const SETTLED_MS = 500
const DAY_MS = 86_400_000
/** Most days until a digest: a week-end and two working mornings. */
const MOST_DAYS = 7
const state = mkdtempSync(join(tmpdir(), 'tocsin-preview-test-'))

let server: Server
let preview: PreviewServer
const previews = new Map<string, Collected>()

/** A server as `npm start` runs it, with a reader of each language, and the previews of all campaigns made apart from it. */
beforeAll(async () => {
  const port = await anyPort()
  const { PUBLIC_URL: _, ...settings } = TEST_SETTINGS
  const movable = { bundle: movableBundlePath, unbound: [CLOCK_OBJECT] }
  server = await startServer({ port, state, settings, quiet: true, ...movable })
  const supporters = await server.miniflare.getKVNamespace('SUPPORTERS')
  const keys = await keysOf(TEST_SETTINGS)
  for (let n = 0; n < READERS.length; n++) {
    const { key, metadata } = await sealedRecord(keys, { ...person(n), name: 'Alex Sample' })
    await supporters.put(key, '.', { metadata })
  }
  const locales = settings.LOCALES.split(',')
  preview = await startPreviewServer({ settings, publicUrl: server.url, token: TEST_TOKEN, locales })
  for (const folder of FOLDERS) previews.set(folder.slug, await collect(preview, folder, Date.now()))
})
afterAll(async () => {
  await Promise.all([server.stop(), preview.stop()])
  rmSync(state, { recursive: true, force: true })
})

const textOf = (one: Shown | undefined, ending: string) => new TextDecoder().decode(one?.files[ending])

/** A text without what differs from one answer or person to the next: form stamps and the tokens of links. */
const masked = (text: string): string =>
  text
    .replace(/(name="stamp" value=")[^"]*/g, '$1…')
    .replace(/\/(unsubscribe|confirm|no-more|stop)\/[\w.~-]+/g, '/$1/…')

const PAGES: Record<string, (locale: string, slug: string) => string> = {
  page: paths.campaign,
  'more-1': paths.more,
  write: paths.write,
  share: paths.share,
  letter: paths.letterSheets,
  embed: paths.embed,
}

test.each(FOLDERS)('pages of $slug are those of a running server, byte for byte', async ({ slug }) => {
  const { shown } = previews.get(slug) ?? expect.fail('there is no preview')
  for (const locale of LOCALES) {
    for (const [name, path] of Object.entries(PAGES)) {
      const answer = await fetch(server.url + path(locale, slug))
      const one = shown.find((page) => page.kind === 'page' && page.locale === locale && page.name === name)
      expect([locale, name, one !== undefined]).toEqual([locale, name, answer.status === 200])
      if (one !== undefined) expect(masked(textOf(one, 'html'))).toBe(masked(await answer.text()))
    }
    const text = shown.find((one) => one.locale === locale && one.name === 'appeal-1')
    expect(textOf(text, 'txt')).toBe(await (await fetch(server.url + paths.campaignText(slug, locale))).text())
    const pdf = await fetch(server.url + paths.letterPdf(locale, slug, 'a4'))
    const sheet = shown.find((one) => one.locale === locale && one.name === 'letter-a4')
    expect(sheet !== undefined).toBe(pdf.ok)
    if (pdf.ok) expect(Buffer.compare(sheet?.files.pdf ?? Buffer.of(), Buffer.from(await pdf.arrayBuffer()))).toBe(0)
  }
})

type Sent = { to: string; subject: string; html: string; text: string }
const outboxOf = async (search: string): Promise<Sent[]> =>
  (await (await fetch(`${server.url}/outbox.json?${search}`)).json()) as Sent[]

const asSent = (one: Shown) => ({
  subject: one.subject,
  html: masked(textOf(one, 'html')),
  text: masked(textOf(one, 'txt')),
})
const asRead = ({ subject, html, text }: Sent) => ({ subject, html: masked(html), text: masked(text) })

const mailNamed = (slug: string, name: string, locale = 'en'): Shown =>
  previews.get(slug)?.shown.find((one) => one.kind === 'mail' && one.name === name && one.locale === locale) ??
  expect.fail(`the preview of ${slug} has no mail ${name} in ${locale}`)

/** Waits until one of the mails to an address is this one. */
const expectSent = (to: string, one: Shown) =>
  expect
    .poll(async () => (await outboxOf(`to=${to}`)).map(asRead), { timeout: 30_000, message: `${one.name} to ${to}` })
    .toContainEqual(asSent(one))

test('appeals and updates are the mails that a dispatch sends, byte for byte', async () => {
  const api = organiser(server.url, TEST_TOKEN)
  const all = [...previews.values()].flatMap(({ slug, shown }) =>
    shown.flatMap((one) => (one.kind === 'mail' && /^(appeal|update)/.test(one.name) ? [{ slug, one }] : [])),
  )
  for (const mail of new Set(all.map(({ slug, one }) => `${slug} ${one.name}`))) {
    const [, slug = '', email, updateId] = /^(\S+) ([a-z]+)-?(.*)$/.exec(mail) ?? []
    const { revision } = await api.campaign(slug)
    const body = { campaign: slug, revision, email, ...(updateId && { updateId }) }
    expect([mail, (await api.dispatch(body, mail)).status]).toEqual([mail, 201])
  }
  expect(new Set(all.map(({ one }) => one.locale)).size).toBe(READERS.length)
  for (const { one } of all) await expectSent(`person${READERS.indexOf(one.locale)}@example.org`, one)
})

test('confirmations and welcomes of every campaign are the mails that a sign-up causes, byte for byte', async () => {
  const people = FOLDERS.flatMap(({ slug }) => ['en', 'kk'].map((locale) => ({ slug, locale })))
  await Promise.all(
    people.map(async ({ slug, locale }, n) => {
      const visitor = { ip: `2001:db8:f${n}::1`, languages: locale }
      const email = `new${n}@example.org`
      const reader = { page: locale, email, name: 'Alex Sample', locales: [locale], topics: [] }
      await signUp(server.url, visitor, reader, slug)
      await expectSent(email, mailNamed(slug, 'confirm', locale))
      const [mail] = await awaitMails(server.url, 1, ({ to }) => to === email)
      if (mail !== undefined) await pressButtonBehind(visitor, linkIn(mail, server.url, CONFIRM))
      await expectSent(email, mailNamed(slug, 'welcome', locale))
    }),
  )
})

test('letters to a target, digests and copies are the mails that writers cause, byte for byte', async () => {
  const slug = 'river-street-bakery'
  const clock = movableClock(server)
  const writers = SAMPLE_ENTRIES.map(({ name, place = '', text: sentence }, n) => {
    const visitor = { ip: `2001:db8:${n + 1}::1`, languages: 'en' }
    return { visitor, answers: { name, sentence, email: `writer${n}@example.org`, ...(place !== '' && { place }) } }
  })
  await Promise.all(writers.map(({ visitor, answers }) => writeLetter(server.url, visitor, slug, 'en', answers)))
  for (const { visitor, answers } of writers) {
    const [mail] = await awaitMails(server.url, 1, ({ to, text }) => to === answers.email && text.includes(CONFIRM))
    if (mail === undefined) throw new Error(`no confirmation to ${answers.email}`)
    await expectSent(answers.email, mailNamed(slug, 'letter'))
    await pressButtonBehind(visitor, linkIn(mail, server.url, CONFIRM))
  }
  // Offices are open at noon in UTC. Letters wait for a working morning, and digests for the one after it.
  const noon = Math.ceil((await clock.now()) / DAY_MS) * DAY_MS + DAY_MS / 2
  const inspector = () => outboxOf('to=chief-inspector@inspectorate.invalid')
  for (let day = 0; day < MOST_DAYS && (await inspector()).length === 0; day++) {
    await clock.moveTo(noon + day * DAY_MS)
    await delay(SETTLED_MS)
  }
  await expectSent('director@fennick-vale.invalid', mailNamed(slug, 'letter-to-managing-director'))
  await expectSent('chief-inspector@inspectorate.invalid', mailNamed(slug, 'digest-to-inspector'))
  await expectSent('copies@example.org', mailNamed(slug, 'copies-bread-liaison'))
})

test('a draft is written as it will be once open, and neither published nor sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-draft-'))
  const model = FOLDERS.find(({ slug }) => slug === 'river-street-bakery')?.files ?? {}
  const draft = join(folder, 'night-shift')
  mkdirSync(draft)
  for (const [name, text] of Object.entries(model))
    writeFileSync(
      join(draft, name),
      text.replace('slug: river-street-bakery', 'slug: night-shift').replace(/^status: open/m, 'status: draft # soon'),
    )
  const out = join(folder, 'out')
  const args = ['preview', draft, '--no-build', '--json', '--out', out]
  const { status, out: said, err } = await tocsin(args, { BULK_TRANSPORT: 'resend', RESEND_API_KEY: 'of the shell' })
  expect([status, err]).toEqual([0, ''])
  const report = JSON.parse(said)
  expect(report).toMatchObject({ slug: 'night-shift', wasDraft: true, index: join(out, 'night-shift', 'index.html') })
  const index = readFileSync(report.index, 'utf8')
  expect(index).toContain('The campaign is a draft.')
  const names = [...index.matchAll(/href="([^"#]+)"/g)].flatMap(([, path]) => path ?? [])
  expect(names).toContain('kk/mails/appeal.html')
  for (const path of names) expect([path, existsSync(join(out, 'night-shift', path))]).toEqual([path, true])
  expect(readFileSync(join(draft, 'campaign.yaml'), 'utf8')).toContain('status: draft # soon')
  const known = await organiser(server.url, TEST_TOKEN).ask('GET', '/api/campaigns/night-shift')
  expect(known.status).toBe(404)
  rmSync(folder, { recursive: true })
})
