/** Records imports, exports and requests on behalf of a person over the API. */

import { linkIn, mailTo, post, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { type Answer, type Ask, textOf } from '../http.ts'
import { bring, PEOPLE } from '../people.ts'
import { TOKENS } from '../settings.ts'
import { openStage, type Stage } from '../stage.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const CSV = `email,name,locales,topics,country,consent_source,consent_at,consent_wording,shoe size
anna@example.org,Анна,ru kk,mining,KZ,paper petition 2024,2024-05-31,Keep me informed,38
boris@example.org,"Boris, the ""Baker""",fr;en,"metal media",FR,union form,2025-01-02T18:00:00Z,,
carla@example.org,Carla,xx,,,,,,
carla@example.org,Carla Two,es,energy,ES,,,,
not an address,Nobody,en,,,,,,
wren@example.org,Wren Again,fr,mining,IE,paper,2024-01-01,,
old@example.org,Old,en,,,paper,2001-01-01,,
future@example.org,Future,en,,,paper,2030-01-01,,
nowhere@example.org,Nowhere,en,gardening,ZZ,,,,
left@example.org,Left,en,,,paper,2024-01-01,,
torn@example.org,"Torn
,en
`

const DINA = {
  email: 'dina@example.org',
  name: 'Дина',
  locales: ['kk'],
  topics: ['mining'],
  country: 'KZ',
  consent: { source: 'paper', at: '2024-05-31', wording: 'Yes' },
}
const NDJSON = `${JSON.stringify(DINA)}
{"email":"emil@example.org"}
{"email":5}
[1]
{"email":"fay@example.org","shoe":38}
{broken
`

export async function supporters(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    const book = shelf.book('api-supporters')
    await bring(stage, PEOPLE.slice(0, 3))
    await onBehalf(stage, book)
    await imports(stage, shelf.book('api-imports'))
    await parts(stage, shelf.book('api-imports'))
    await exports(stage, shelf.book('api-exports'))
  } finally {
    await stage.close()
  }
}

async function onBehalf(stage: Stage, book: Book): Promise<void> {
  const ask = (title: string, act: string, body: unknown) =>
    stage.record(book, title, stage.api('POST', `/api/supporters/${act}`, body))
  for (const email of ['wren@example.org', 'WREN+x@Example.org', 'nobody@example.org', 'no address'])
    await ask(`look-up of ${email}`, 'look-up', { email, reason: 'phone' })
  await ask('suppress', 'suppress', { email: 'left@example.org', reason: 'reply' })
  await ask('suppress for a complaint', 'suppress', { email: 'angry@example.org', reason: 'complaint' })
  await ask('look-up of one suppressed', 'look-up', { email: 'left@example.org', reason: 'post' })
  await ask('erase', 'erase', { email: 'maelle@example.org', reason: 'in-person' })
  await ask('look-up of one erased', 'look-up', { email: 'maelle@example.org', reason: 'reply' })
  for (const act of ['look-up', 'erase', 'suppress']) {
    await ask(`${act} of no address`, act, { email: 'nobody', reason: 'reply' })
    await ask(`${act} without a reason`, act, { email: 'a@example.org' })
    await ask(`${act} with a reason of one’s own`, act, { email: 'a@example.org', reason: 'because she said so' })
  }
  await ask('another act', 'delete', { email: 'a@example.org', reason: 'reply' })
  await stage.record(book, 'not JSON', { ...stage.api('POST', '/api/supporters/look-up', {}), body: 'email=x' })
  await recordMails(stage, book, 'what is done for somebody')
  await stage.record(book, 'the figures', stage.api('GET', '/api/stats'))
  await stage.record(book, 'the notices', stage.api('GET', '/api/notices'))
}

const list = (method: string, path: string, body: string | Uint8Array, type: string, key?: string): Ask => ({
  method,
  path,
  headers: {
    authorization: `Bearer ${TOKENS.organiser}`,
    'content-type': type,
    ...(key !== undefined && { 'idempotency-key': key }),
  },
  body,
})

const idOf = (answer: Answer): string => (JSON.parse(textOf(answer)) as { id: string }).id

async function imports(stage: Stage, book: Book): Promise<void> {
  const send = (title: string, query: string, body: string | Uint8Array, type: string, key?: string) =>
    stage.record(book, title, list('POST', `/api/supporters/import${query}`, body, type, key))
  const look = (title: string, id: string, query = '') =>
    stage.record(book, title, stage.api('GET', `/api/supporters/imports/${id}${query}`))
  const first = idOf(await send('a CSV', '?locale=ru&confirmationsPerMinute=2', CSV, 'text/csv', 'list-1'))
  await look('the CSV, at once', first)
  await stage.live(10 * MINUTE_MS)
  await look('the CSV, done', first)
  await look('the CSV, after row 5', first, '?after=5')
  await look('the CSV, after no row', first, '?after=x')
  const mails = await recordMails(stage, book, 'asked to confirm')
  await stage.record(book, 'one of them confirms', post(linkIn(mailTo(mails, 'carla@example.org'), '/confirm/'), ''))
  await recordMails(stage, book, 'confirmed')
  await send('the CSV again', '?locale=ru&confirmationsPerMinute=2', CSV, 'text/csv', 'list-1')
  await send('another list with its key', '', NDJSON, 'text/csv', 'list-1')
  const second = idOf(await send('NDJSON', '?confirmationsPerMinute=1', NDJSON, 'application/x-ndjson', 'list-2'))
  await stage.record(book, 'cancelled', stage.api('POST', `/api/supporters/imports/${second}/cancel`))
  await stage.live(HOUR_MS)
  await stage.record(book, 'cancelled again', stage.api('POST', `/api/supporters/imports/${second}/cancel`))
  await look('NDJSON, cancelled', second)
  const third = idOf(
    await send('NDJSON, of another type', '?locale=fr', NDJSON, 'application/ndjson; charset=utf-8', 'list-3'),
  )
  await stage.live(HOUR_MS)
  await look('NDJSON, done', third)
  await recordMails(stage, book, 'asked, of NDJSON')
  await send('without a header', '', 'anna@example.org,Anna\n', 'text/csv', 'list-4')
  await send('without an address', '', 'name,locales\nAnna,en\n', 'text/csv', 'list-5')
  await send('with semicolons', '', 'email;name\nsemi@example.org;Semi\n', 'text/csv', 'list-6')
  await send('nothing', '', '', 'text/csv', 'list-7')
  await send(
    'in another encoding',
    '',
    Buffer.from('email,name\na@example.org,Zo\xe9\n', 'latin1'),
    'text/csv',
    'list-8',
  )
  await send('as a spreadsheet', '', 'x', 'application/vnd.ms-excel', 'list-9')
  await send('in another charset', '', CSV, 'text/csv; charset=latin1', 'list-10')
  await send('an unknown language', '?locale=de&confirmationsPerMinute=0', CSV, 'text/csv', 'list-11')
  await send('an empty key', '', CSV, 'text/csv', '')
  await stage.record(book, 'of no import', stage.api('GET', '/api/supporters/imports/none'))
  await stage.record(book, 'the imports', stage.api('GET', '/api/supporters/imports'))
  await stage.live(HOUR_MS)
}

async function parts(stage: Stage, book: Book): Promise<void> {
  const header = 'email,consent_source,consent_at\n'
  const row = (n: number) => `${header}part${n}@example.org,paper,2024-01-0${n}\n`
  const part = (title: string, id: string, n: number, query: string, body: string, type = 'text/csv') =>
    stage.record(book, title, list('PUT', `/api/supporters/imports/${id}/parts/${n}${query}`, body, type, 'list-20'))
  const first = await stage.record(
    book,
    'the first of three parts',
    list('POST', '/api/supporters/import?more=yes', row(1), 'text/csv', 'list-20'),
  )
  const id = idOf(first)
  await part('the third, too early', id, 3, '', row(3))
  await part('the second in another format', id, 2, '?more=yes', NDJSON, 'application/x-ndjson')
  await part('the second', id, 2, '?more=yes', row(2))
  await part('the second again', id, 2, '?more=yes', row(2))
  await part('another second', id, 2, '?more=yes', row(4))
  await part('the third', id, 3, '', row(3))
  await part('a fourth', id, 4, '', row(4))
  await part('part zero', id, 0, '', row(4))
  await stage.live(HOUR_MS)
  await stage.record(book, 'the parts, done', stage.api('GET', `/api/supporters/imports/${id}`))
  const left = idOf(
    await stage.record(
      book,
      'a first part whose second never comes',
      list('POST', '/api/supporters/import?more=yes', row(5), 'text/csv', 'list-21'),
    ),
  )
  await stage.live(3 * HOUR_MS)
  await stage.record(book, 'abandoned', stage.api('GET', `/api/supporters/imports/${left}`))
}

async function exports(stage: Stage, book: Book): Promise<void> {
  for (const query of ['', '?format=csv', '?format=ndjson', '?format=xml', '?cursor=x', '?format=csv&cursor=a0']) {
    await stage.record(book, `export ${query}`, stage.api('GET', `/api/supporters/export${query}`))
    await ended(stage)
    await stage.live(1_000)
  }
  await stage.record(book, 'the transfers', stage.api('GET', '/api/supporters/transfers'))
  await stage.record(book, 'before no transfer', stage.api('GET', '/api/supporters/transfers?before=none'))
}

/** Waits until the end of every export is recorded, which happens after the last byte. @throws Error after 200 polls */
async function ended(stage: Stage): Promise<void> {
  for (let polls = 0; polls < 200; polls++) {
    const transfers = textOf(await stage.ask(stage.api('GET', '/api/supporters/transfers')))
    if (!transfers.includes('"state":"under-way"')) return
    await stage.settle()
  }
  throw new Error('an export is still under way after 200 polls')
}
