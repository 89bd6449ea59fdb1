/** Records the API's access control, campaigns and previews of e-mails. */

import type { Book, Shelf } from '../book.ts'
import { QUAY, quayWith } from '../campaign.ts'
import { headerOf, textOf } from '../http.ts'
import { withoutNumbers } from '../normalise.ts'
import { LOCALES, TOKENS } from '../settings.ts'
import { sha256, showAnswer } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const MAILS = [
  'confirm',
  'welcome',
  'appeal',
  'update',
  'goodbye',
  'my-data',
  'letter',
  'receipt',
  'returned',
  'news',
  'voice',
  'moderate',
]

export async function campaigns(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    await access(stage, shelf.book('api-access'))
    await previews(stage, shelf.book('api-previews'))
    await publishing(stage, shelf.book('api-campaigns'))
  } finally {
    await stage.close()
  }
}

async function access(stage: Stage, book: Book): Promise<void> {
  const all = [
    'GET /api/campaigns',
    'GET /api/campaigns/quay',
    'PUT /api/campaigns/quay',
    'POST /api/campaigns/quay/preview',
    'GET /api/actions/river-street-bakery',
    'POST /api/actions/river-street-bakery/resolve',
    'POST /api/actions/river-street-bakery/tell',
    'GET /api/actions/river-street-bakery/signatures',
    'POST /api/actions/river-street-bakery/replies',
    'GET /api/moderation',
    'POST /api/moderation/x',
    'POST /api/dispatches',
    'POST /api/tests',
    'GET /api/dispatches',
    'GET /api/dispatches/x',
    'GET /api/dispatches/x/events',
    'POST /api/dispatches/x/pause',
    'POST /api/supporters/look-up',
    'POST /api/supporters/erase',
    'POST /api/supporters/suppress',
    'POST /api/supporters/import',
    'GET /api/supporters/imports',
    'GET /api/supporters/imports/x',
    'PUT /api/supporters/imports/x/parts/2',
    'POST /api/supporters/imports/x/cancel',
    'GET /api/supporters/export',
    'GET /api/supporters/transfers',
    'GET /api/stats',
    'GET /healthz?deep',
    'GET /api/nothing',
  ]
  for (const one of all) {
    const [method = '', path = ''] = one.split(' ')
    await stage.record(book, `${one}, without a token`, { method, path })
    const reader = { authorization: `Bearer ${TOKENS.reader}` }
    await stage.record(book, `${one}, with a token that reads`, { method, path, headers: reader })
  }
  const get = (title: string, authorization: string) =>
    stage.record(book, title, { path: '/api/stats', headers: { authorization } })
  await get('a wrong token', `Bearer ${TOKENS.reader.slice(0, -1)}1`)
  await get('another scheme', `Basic ${btoa('a:b')}`)
  await get('a scheme in capitals', `BEARER ${TOKENS.reader}`)
  await stage.record(book, 'the description', { path: '/api/openapi.json' })
  for (const method of ['DELETE', 'PATCH', 'PUT', 'OPTIONS', 'HEAD'])
    for (const path of ['/api/campaigns', '/api/dispatches', '/api/stats', '/api/openapi.json', '/api'])
      await stage.record(book, `${method} ${path}`, { ...stage.api(method, path) })
}

/** Records the hash of every e-mail's preview in every language of every campaign, and three previews in full. */
async function previews(stage: Stage, book: Book): Promise<void> {
  const list = JSON.parse(textOf(await stage.ask(stage.api('GET', '/api/campaigns')))) as Array<{ slug: string }>
  const lines: string[] = []
  for (const { slug } of list)
    for (const email of MAILS)
      for (const locale of LOCALES) {
        const answer = await stage.ask(stage.api('POST', `/api/campaigns/${slug}/preview`, { email, locale }))
        lines.push(`${sha256(withoutNumbers(showAnswer(answer)))}  ${answer.status} ${slug} ${email} ${locale}`)
      }
  book.add('each mail of each campaign in each language', lines.join('\n'))
  const at = '/api/campaigns/river-street-bakery/preview'
  for (const [email, locale] of [
    ['appeal', 'en'],
    ['moderate', 'ar'],
    ['update', 'kk'],
  ])
    await stage.record(book, `the ${email} in ${locale}`, stage.api('POST', at, { email, locale }))
  for (const request of [
    { email: 'appeal', locale: 'de' },
    { email: 'nothing', locale: 'en' },
    { email: 'update', locale: 'en', updateId: 'none' },
    { email: 'update', locale: 'en', updateId: '2026-11-14' },
    { email: 'appeal', locale: 'English' },
    { email: 'appeal', locale: 'en', more: 1 },
  ]) {
    const answer = await stage.ask(stage.api('POST', at, request))
    book.add(
      `preview ${JSON.stringify(request)}`,
      answer.status === 200 ? `200, sha256 ${sha256(answer.body)}` : showAnswer(answer),
    )
  }
  await stage.record(
    book,
    'of no campaign',
    stage.api('POST', '/api/campaigns/none/preview', { email: 'appeal', locale: 'en' }),
  )
}

async function publishing(stage: Stage, book: Book): Promise<void> {
  const put = (title: string, files: unknown, headers: Record<string, string> = {}, slug = 'quay') =>
    stage.record(book, title, stage.api('PUT', `/api/campaigns/${slug}`, { files }, headers))
  for (const slug of ['river-street-bakery', 'kas-kor-1994', 'none'])
    await stage.record(book, `GET ${slug}`, stage.api('GET', `/api/campaigns/${slug}`))
  await stage.record(book, 'the list', stage.api('GET', '/api/campaigns'))
  const first = await put('published', QUAY)
  const etag = headerOf(first, 'etag') ?? ''
  await put('published again', QUAY)
  await stage.record(book, 'as it is read', stage.api('GET', '/api/campaigns/quay'))
  await put('changed, with the revision that was current', quayWith(['letters: 100', 'letters: 200']), {
    'if-match': etag,
  })
  await put('changed, with an old revision', quayWith(['letters: 100', 'letters: 300']), { 'if-match': etag })
  await put('changed, with any revision', QUAY, { 'if-match': '*' })
  await put('with a weak tag', QUAY, { 'if-match': `W/${etag}` })
  await put('under another name', QUAY, {}, 'pier')
  await put('under no name', QUAY, {}, 'No_Name')
  await put('without files', {})
  await put('without English', { 'campaign.yaml': QUAY['campaign.yaml'] ?? '', 'ru.md': QUAY['ru.md'] ?? '' })
  await put('with a file of no kind', { ...QUAY, 'notes.txt': 'x' })
  await put('with faults', {
    ...quayWith(
      ['country: NO', 'country: Norway'],
      ['ladder: [digest]', 'ladder: [paper]'],
      ['opened: 2026-03-01', 'opened: yesterday'],
    ),
    'ru.md': 'nothing',
  })
  await put('with YAML that is none', { ...QUAY, 'campaign.yaml': 'a: [b' })
  await put('with HTML in the text', { ...QUAY, 'en.md': `${QUAY['en.md']}\n<script>alert(1)</script>\n` })
  await stage.record(book, 'a body that is not JSON', {
    ...stage.api('PUT', '/api/campaigns/quay', {}),
    body: '{"files":',
  })
  await stage.record(book, 'a body that is too large', {
    ...stage.api('PUT', '/api/campaigns/quay', {}),
    body: 'x'.repeat(700_001),
  })
  await stage.record(
    book,
    'a member that is not known',
    stage.api('PUT', '/api/campaigns/quay', { files: QUAY, more: 1 }),
  )
}
