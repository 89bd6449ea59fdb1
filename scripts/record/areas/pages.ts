/** Records everything public: pages, calendars, letter sheets, texts, images and style sheets. */

import type { Shelf } from '../book.ts'
import { withoutNumbers } from '../normalise.ts'
import { LOCALES, SITE } from '../settings.ts'
import { sha256, showAnswer } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const CAMPAIGNS = [
  'irtysh-foundry',
  'kas-kor-1994',
  'kazakhmys-2015',
  'kuzbass-2002',
  'river-street-bakery',
  'zhanaozen-2011',
]
/** The open campaign, which has all six languages. */
const WHOLE = 'river-street-bakery'
const TARGETS = ['managing-director', 'inspector', 'buyer']
const DAY_MS = 86_400_000

const pagesOf = (locale: string, slug: string): string[] => [
  `/${locale}/campaigns/${slug}`,
  `/${locale}/campaigns/${slug}/more`,
  `/${locale}/campaigns/${slug}/share`,
  `/${locale}/campaigns/${slug}/event.ics`,
  `/${locale}/campaigns/${slug}/write`,
  `/${locale}/campaigns/${slug}/support`,
  `/${locale}/campaigns/${slug}/endorse`,
  `/${locale}/campaigns/${slug}/letter`,
  `/${locale}/campaigns/${slug}/letter.pdf`,
  `/${locale}/campaigns/${slug}/letter.pdf?paper=letter`,
  `/${locale}/campaigns/${slug}/picture.png`,
  `/campaigns/${slug}.txt?lang=${locale}`,
  `/embed/${slug}?lang=${locale}`,
]

const sharedPages = (locale: string): string[] => [
  `/${locale}/`,
  `/${locale}/sign-up`,
  `/${locale}/sign-up?sent=1`,
  `/${locale}/sign-up?campaign=${WHOLE}`,
  `/my-data?locale=${locale}`,
  `/my-data?locale=${locale}&sent=1`,
  `/embed/${WHOLE}?lang=${locale}&sent=1`,
  `/${locale}/campaigns/${WHOLE}/write?sent=1`,
  `/${locale}/campaigns/${WHOLE}/support?sent=1`,
  `/${locale}/campaigns/${WHOLE}/endorse?sent=1`,
  `/${locale}/no-such-page`,
]

export async function pages(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    const hashes = shelf.book('pages-hashes')
    const now: string[] = []
    for (const locale of LOCALES) {
      const book = shelf.book(`pages-${locale}`)
      for (const path of sharedPages(locale)) await stage.record(book, path, { path })
      for (const slug of CAMPAIGNS)
        for (const path of pagesOf(locale, slug)) {
          if (locale === 'en' || slug === WHOLE) await stage.record(book, path, { path })
          else now.push(await hashed(stage, path))
        }
      for (const target of TARGETS)
        now.push(await hashed(stage, `/${locale}/campaigns/${WHOLE}/letter.pdf?to=${target}`))
    }
    hashes.add('on 7 December 2026', now.join('\n'))
    await others(stage, shelf)
    await later(stage, shelf)
  } finally {
    await stage.close()
  }
}

/** Hash of the answer to a path, without its random values. */
async function hashed(stage: Stage, path: string): Promise<string> {
  const answer = await stage.ask({ path })
  return `${sha256(withoutNumbers(showAnswer(answer)))}  ${answer.status} ${path}`
}

/** Records pages outside campaigns, and invalid requests. */
async function others(stage: Stage, shelf: Shelf): Promise<void> {
  const book = shelf.book('pages-others')
  const get = (path: string, headers: Record<string, string> = {}) => stage.record(book, path, { path, headers })
  await get('/')
  await get('/', { 'accept-language': 'kk;q=0.9, de' })
  await get('/', { 'accept-language': 'de, pt-BR' })
  await get('/style.css')
  await get('/letter.css')
  await get('/healthz')
  await get('/healthz?deep')
  await get('/robots.txt')
  await get('/favicon.ico')
  await get('/de/')
  await get('/en')
  await get('/en/campaigns/')
  await get('/en/campaigns/no-such-campaign')
  await get('/en/campaigns/no-such-campaign', { accept: 'application/json' })
  await get('/no-such-page', { 'accept-language': 'ar' })
  await get(`/de/campaigns/${WHOLE}`)
  await get(`/en/campaigns/${WHOLE}/`)
  await get(`/en/campaigns/${WHOLE}/event.pdf`)
  await get(`/en/campaigns/${WHOLE}/letter.pdf?paper=a3`)
  await get(`/en/campaigns/${WHOLE}/letter.pdf?to=nobody`)
  await get(`/ar/campaigns/${WHOLE}/letter.pdf?paper=letter&to=buyer`)
  await get(`/en/campaigns/${WHOLE}/picture.png?v=an-old-one`)
  await get(`/campaigns/${WHOLE}.txt`, { 'accept-language': 'es' })
  await get(`/campaigns/${WHOLE}.txt?lang=de`)
  await get('/campaigns/no-such-campaign.txt')
  for (const part of ['1', '2', '99', '0', 'x']) {
    await get(`/campaigns/${WHOLE}.txt?lang=ru&part=${part}`)
    await get(`/ru/campaigns/${WHOLE}/more?part=${part}`)
  }
  for (const range of ['bytes=0-99', 'bytes=-50', 'bytes=9999999-', 'bytes=0-1,5-6'])
    await get(`/en/campaigns/${WHOLE}/letter.pdf`, { range })
  await get('/embed/no-such-campaign')
  await get(`/embed/${WHOLE}`, { 'accept-language': 'fr' })
  await get(`/en/sign-up?campaign=${encodeURIComponent('"><script>')}`)
  for (const path of ['/en/', '/en/sign-up', `/en/campaigns/${WHOLE}`, '/style.css', '/healthz', '/my-data'])
    await stage.record(book, `HEAD ${path}`, { method: 'HEAD', path })
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    for (const path of ['/en/', `/en/campaigns/${WHOLE}`, '/healthz'])
      await stage.record(book, `${method} ${path}`, { method, path, headers: { origin: SITE } })
}

/** Records pages at a later date: an event is over, and a contact's verification is old. */
async function later(stage: Stage, shelf: Shelf): Promise<void> {
  const book = shelf.book('pages-later')
  const hashes = shelf.book('pages-hashes')
  for (const days of [60, 60, 400]) {
    await stage.live(days * DAY_MS)
    const today = new Date(await stage.now()).toISOString()
    for (const path of [
      `/en/campaigns/${WHOLE}`,
      `/en/campaigns/${WHOLE}/event.ics`,
      `/campaigns/${WHOLE}.txt?lang=en`,
    ])
      await stage.record(book, `${today}: ${path}`, { path })
    const lines: string[] = []
    for (const slug of CAMPAIGNS)
      for (const locale of ['en', 'ru']) for (const path of pagesOf(locale, slug)) lines.push(await hashed(stage, path))
    hashes.add(`on ${today}`, lines.join('\n'))
  }
}
