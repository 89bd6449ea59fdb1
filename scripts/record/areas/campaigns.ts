/** The API: who may ask, campaigns and how they stand, and mails as they would be. */

import { fill, linkIn, mailTo, post, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { QUAY, quayWith } from '../campaign.ts'
import { headerOf, textOf } from '../http.ts'
import { showMail } from '../mail.ts'
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
  'news',
  'voice',
  'moderate',
]
const DAY_MS = 86_400_000

export async function campaigns(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    await access(stage, shelf.book('api-access'))
    await previews(stage, shelf.book('api-previews'))
    await publishing(stage, shelf.book('api-campaigns'))
    await standings(stage, shelf.book('standings'))
    await letters(stage, shelf.book('quay'))
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

/** Every mail of every campaign in every language, as JSON; in full for two languages of one. */
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
  for (const asked of [
    { email: 'appeal', locale: 'de' },
    { email: 'nothing', locale: 'en' },
    { email: 'update', locale: 'en', updateId: 'none' },
    { email: 'update', locale: 'en', updateId: '2026-11-14' },
    { email: 'appeal', locale: 'English' },
    { email: 'appeal', locale: 'en', more: 1 },
  ]) {
    const answer = await stage.ask(stage.api('POST', at, asked))
    book.add(
      `preview ${JSON.stringify(asked)}`,
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

/** The pages of a campaign in each of its states. */
async function standings(stage: Stage, book: Book): Promise<void> {
  const states: Record<string, Record<string, string>> = {
    open: QUAY,
    draft: quayWith(['status: open', 'status: draft']),
    won: quayWith(['status: open', 'status: won']),
    closed: quayWith(['status: open', 'status: closed']),
    'closed by its day': quayWith(['opened: 2026-03-01', 'opened: 2026-03-01\ncloses: 2026-11-30']),
    'closing soon': quayWith(['opened: 2026-03-01', 'opened: 2026-03-01\ncloses: 2026-12-20']),
    expired: quayWith(['opened: 2026-03-01', 'opened: 2026-03-01\ndoNotUseAfter: 2026-12-01']),
    'under review': quayWith(['until: 2027-06-01', 'until: 2026-12-01']),
  }
  for (const [state, files] of Object.entries(states)) {
    const published = await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files }))
    book.add(`${state}: published`, showAnswer(published))
    await stage.live(120_000) // pages are kept for a minute
    for (const path of [
      '/en/campaigns/quay',
      '/campaigns/quay.txt?lang=ru',
      '/ru/campaigns/quay/letter',
      '/en/campaigns/quay/letter.pdf',
      '/ru/campaigns/quay/picture.png',
      '/embed/quay?lang=ru',
      '/en/campaigns/quay/write',
      '/en/campaigns/quay/event.ics',
      '/kk/campaigns/quay',
    ])
      await stage.record(book, `${state}: ${path}`, { path })
    const { revision } = JSON.parse(textOf(published)) as { revision: string }
    await stage.record(
      book,
      `${state}: a dispatch`,
      stage.api('POST', '/api/dispatches', { campaign: 'quay', revision, email: 'appeal', dryRun: true }),
    )
    await stage.live(1_000) // of two dispatches of one moment nobody knows which is the newer
    if (state !== 'open')
      await stage.record(
        book,
        `${state}: sent`,
        stage.api('POST', '/api/dispatches', { campaign: 'quay', revision, email: 'appeal' }),
      )
    await stage.record(book, `${state}: the list`, stage.api('GET', '/api/stats'))
  }
}

/** Letters in Cc, a weekly digest, moderators in two languages, and how writers hear of the end. */
async function letters(stage: Stage, book: Book): Promise<void> {
  await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files: QUAY }))
  await stage.live(120_000)
  for (const [email, name] of [
    ['anna@example.org', 'Anna Oakenshaw'],
    ['boris@example.org', 'Boris Saltmarsh'],
  ]) {
    const answers = {
      email: email ?? '',
      name: name ?? '',
      sentence: `I know this quay, says ${name}.`,
      consent: ['shown', 'updates'],
    }
    await fill(stage, book, `${name} writes`, {
      page: '/ru/campaigns/quay/write',
      action: '/campaigns/quay/letters',
      answers,
    })
    const link = linkIn(mailTo(await recordMails(stage, book, `${name} is asked`), email ?? ''), '/confirm/')
    await stage.record(book, `${name}: the link`, { path: link })
    await stage.record(book, `${name} confirms`, post(link, ''))
  }
  await fill(stage, book, 'supports', {
    page: '/en/campaigns/quay/support',
    action: '/campaigns/quay/messages',
    answers: { email: 'vera@example.org', name: 'Vera', text: 'We are with you, all of us.' },
  })
  const asked = await recordMails(stage, book, 'is asked')
  await stage.record(book, 'confirms', post(linkIn(mailTo(asked, 'vera@example.org'), '/confirm/'), ''))
  await stage.live(DAY_MS)
  const moderators = await stage.mails()
  for (const mail of moderators)
    book.add(`mail to ${mail.to} at ${new Date(mail.at).toISOString()}`, showMail(mail.eml))
  const link = linkIn(mailTo(moderators, 'moderator.kk@example.org'), '/moderate/')
  await stage.record(book, 'a moderator’s page in Kazakh', { path: link, headers: { 'accept-language': 'kk' } })
  await stage.ask(
    stage.api('PUT', '/api/campaigns/quay', {
      files: quayWith(['  - { email: moderator.kk@example.org, locale: kk }\n', '']),
    }),
  )
  await stage.record(book, 'the page of somebody who is no moderator any more', { path: link })
  await stage.record(book, 'decided by somebody who is no moderator any more', post(link, 'decision=accept'))
  await stage.live(8 * DAY_MS)
  for (const mail of await stage.mails())
    book.add(`mail to ${mail.to} at ${new Date(mail.at).toISOString()}`, showMail(mail.eml))
  for (const query of ['?format=pdf', '?format=pdf&locale=ru&paper=letter', '?format=html'])
    await stage.record(book, `signatures ${query}`, stage.api('GET', `/api/actions/quay/signatures${query}`))
  await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files: quayWith(['status: open', 'status: won']) }))
  await stage.record(book, 'told of the end', stage.api('POST', '/api/actions/quay/tell', { about: 'end' }))
  await stage.live(DAY_MS)
  await recordMails(stage, book, 'the end')
  await stage.record(book, 'the report', stage.api('GET', '/api/actions/quay'))
}
