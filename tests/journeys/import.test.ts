import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { importOf, suppressionOf } from '../../src/objects.ts'
import type { ImportView } from '../../src/supporters/import/status.ts'
import { TEST_READER_TOKEN } from '../settings.ts'
import { join, Organiser, person, received, sleep } from '../support/organiser.ts'
import { recordOf } from '../support/records.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { bindings, linkIn, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })
beforeEach(reset)

const settings = await testSettings()
const keyOf = (email: string) => settings.fingerprint(addressOf(email))

type ImportResponse = ImportView & {
  report: Array<{ row: number; reason: string }>
  next?: string
  detail?: string
  title?: string
}
const anna = new Organiser()
const CSV = { 'content-type': 'text/csv' }
const HEAD = 'email,name,locales,topics,country,consent_source,consent_at,consent_wording'

const bring = (body: string | Uint8Array, headers: Record<string, string> = CSV, query = '') =>
  anna.ask<ImportResponse>('POST', `/api/supporters/import${query}`, body, headers)

const look = async (id: string) => (await anna.ask<ImportResponse>('GET', `/api/supporters/imports/${id}`)).json

const sum = ({ imported, confirming, merged, refused, waiting, cancelled }: ImportResponse) =>
  imported + confirming + merged + refused + waiting + cancelled

async function until(id: string, is: (status: ImportResponse) => boolean): Promise<ImportResponse> {
  for (const end = Date.now() + 20_000; ; await sleep(25)) {
    const status = await look(id)
    expect(sum(status)).toBe(status.people)
    if (is(status)) return status
    if (Date.now() > end) throw new Error(`expected state not reached: ${JSON.stringify(status)}`)
  }
}
const finished = (id: string) => until(id, ({ state }) => state === 'finished')

/** Row counts of the import's two tables that hold sealed data. */
const staged = (id: string) =>
  runInDurableObject(importOf(bindings, id), (_, { storage }) =>
    ['staged_row', 'confirmation'].map((table) =>
      Number(storage.sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).one().n),
    ),
  )

test('an import adds people with proof of consent, mails a confirmation to others, and skips duplicates and people who left', async () => {
  await join([person(1, 'ru'), person(2)])
  await suppressionOf(bindings).suppress(await keyOf('left@example.org'), 'unsubscribed', Date.now())
  await suppressionOf(bindings).suppress(await keyOf('complained@example.org'), 'complained', Date.now())
  await suppressionOf(bindings).pause(await keyOf('person2@example.org'), Date.now() + 1_000_000)
  const rows = [
    `${HEAD},shoe size`,
    'new@example.org,Новая,kk ru,mining,KZ,petition 2024,2024-05-31,Keep me informed,38',
    'ask@example.org,,ru,,,,,,40',
    'left@example.org,,,,,petition 2024,2024-05-31,,',
    'complained@example.org,,,,,,,,',
    'person1@example.org,Olga,kk,metal,KZ,petition 2024,2024-05-31,,',
    'person2@example.org,,,,,petition 2024,2024-05-31,,',
    'NEW@example.org,,,,,petition 2023,2023-05-31,,',
    'nobody at example,,,,,,,,',
    'ask@example.org,Second,,,,,,,',
    'late@example.org,,,,,petition,2027-01-01,,',
  ]
  const before = Date.now()
  const answer = await bring(`\uFEFF${rows.join('\r\n')}\r\n`)
  expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/supporters/imports/${answer.json.id}`])
  const status = await finished(answer.json.id)
  expect(status).toMatchObject({ people: 10, imported: 1, confirming: 1, merged: 4, refused: 4, waiting: 0 })
  expect(status.ignoredColumns).toEqual(['shoe size'])
  expect(status.report).toEqual([
    { row: 4, reason: 'this person has left or asked not to be written to' },
    { row: 5, reason: 'this person has left or asked not to be written to' },
    { row: 9, reason: 'the address is not valid: expected name@domain' },
    { row: 11, reason: 'the time of consent is in the future' },
  ])
  const fresh = await recordOf('new@example.org')
  expect(fresh).toMatchObject({
    name: 'Новая',
    locales: ['ru', 'kk'].toReversed(),
    topics: ['mining'],
    country: 'KZ',
    consent: { wording: 'Keep me informed', at: Date.UTC(2024, 4, 31), via: 'import:petition 2024' },
  })
  expect(fresh?.since).toBeGreaterThanOrEqual(before) // so that a later dispatch with confirmedAfter reaches them
  expect(await recordOf('person1@example.org')).toEqual({ ...person(1, 'ru'), name: 'Olga', country: 'KZ' })
  for (const one of ['left', 'complained', 'ask']) expect(await recordOf(`${one}@example.org`)).toBeNull()
  expect(await suppressionOf(bindings).status(await keyOf('left@example.org'))).toMatchObject({
    reason: 'unsubscribed',
  })

  const mail = await mailTo('ask@example.org', 1)
  expect(Object.keys(await received())).toEqual(['ask@example.org'])
  await new Visitor().send(linkIn(mail, 'confirm'))
  expect(await recordOf('ask@example.org')).toMatchObject({
    name: 'Second',
    locales: ['ru'],
    consent: { via: 'import' },
  })
  expect(await staged(status.id)).toEqual([0, 0])
  const [transfer] = (await anna.ask<ImportResponse[]>('GET', '/api/supporters/transfers')).json
  expect(transfer).toMatchObject({
    id: status.id,
    kind: 'import',
    by: 'organiser',
    state: 'finished',
    imported: 1,
    refused: 4,
  })
})

test('NDJSON is imported like CSV, and nothing personal is readable while the import waits', async () => {
  const at = '2024-05-31T10:00:00Z'
  const rows = [
    { email: 'one@example.org', locales: ['ru'], topics: ['metal'], consent: { source: 'desk', at } },
    { email: 'two@example.org', name: 'Двое' },
  ]
  const body = rows.map((row) => JSON.stringify(row)).join('\n')
  const { json } = await bring(body, { 'content-type': 'application/x-ndjson' }, '?locale=kk&more=yes')
  expect(json.state).toBe('receiving')
  const dump = await runInDurableObject(importOf(bindings, json.id), (_, { storage }) =>
    storage.sql
      .exec('SELECT sealed FROM staged_row')
      .toArray()
      .map(({ sealed }) => new TextDecoder().decode(sealed as ArrayBuffer))
      .join(),
  )
  expect(dump.length).toBeGreaterThan(100)
  expect(dump).not.toMatch(/example|Двое|desk/)
  const part = (n: number, text: string, query = '') =>
    anna.ask<ImportResponse>('PUT', `/api/supporters/imports/${json.id}/parts/${n}${query}`, text, {
      'content-type': 'application/x-ndjson',
    })
  expect((await part(3, body)).status).toBe(409)
  expect((await part(1, body)).headers.get('idempotency-replayed')).toBe('true')
  expect((await part(1, 'another')).status).toBe(422)
  expect((await part(2, '{"email":"three@example.org"}\n{"email":""}\n')).status).toBe(202)
  const status = await finished(json.id)
  expect(status).toMatchObject({ people: 4, imported: 1, confirming: 2, refused: 1, report: [{ row: 4 }] })
  expect((await mailTo('two@example.org', 1)).headers['Content-Language'] ?? 'kk').toBe('kk')
  expect((await part(3, body)).status).toBe(409)
})

test('an upload repeated with its Idempotency-Key is the same import; another file with that key is refused', async () => {
  const headers = { ...CSV, 'idempotency-key': 'spring list' }
  const body = `${HEAD}\nnew@example.org,,,,,desk,2024-05-31,\n`
  const first = await bring(body, headers)
  await finished(first.json.id)
  const again = await bring(body, headers)
  expect([again.status, again.json.id, again.headers.get('idempotency-replayed')]).toEqual([202, first.json.id, 'true'])
  expect((await bring(`${body}x`, headers)).status).toBe(422)
  expect((await anna.ask<ImportResponse[]>('GET', '/api/supporters/imports')).json).toHaveLength(1)
})

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => new Uint8Array(Buffer.from(text, encoding))
const ROW = 'new@example.org,René,,,,desk,2024-05-31,\n'

test.each([
  ['Latin-1', bytes(`${HEAD}\n${ROW}`, 'latin1'), 'not UTF-8: bytes in or after line 1 '],
  [
    'Latin-1 behind a thousand good rows',
    bytes(`${HEAD}\n${ROW.repeat(1_000)}`.concat('\u00ff'), 'latin1'),
    'not UTF-8',
  ],
  ['UTF-16', bytes(`\uFEFF${HEAD}\n${ROW}`, 'utf16le'), 'not UTF-8'],
  ['a file without an address column', bytes('phone,name\nnew@example.org,New\n'), 'no column “email”'],
  ['an empty file', bytes(''), 'empty'],
])(
  '%s is refused whole with one sentence, and nothing of the list is imported or stored',
  async (_, file, sentence) => {
    const answer = await bring(file)
    expect([answer.status, answer.json.detail]).toEqual([422, expect.stringContaining(sentence)])
    expect(JSON.stringify(answer.json)).not.toContain('example.org')
    const [listed] = (await anna.ask<ImportResponse[]>('GET', '/api/supporters/imports')).json
    const status = await look(listed?.id ?? '')
    expect(status).toMatchObject({ state: 'abandoned', people: 0, problem: answer.json.detail })
    expect(await staged(status.id)).toEqual([0, 0])
    expect(await recordOf('new@example.org')).toBeNull()
  },
)

test('an upload that breaks off imports nothing; sent again with its key, the whole list is imported', async () => {
  const row = (n: number) => `cut${n}@example.org,,,,,desk,2024-05-31,\n`
  const start = new TextEncoder().encode(`${HEAD}\n${row(1)}${row(2)}`)
  let pulls = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(start)
      else controller.error(new Error('connection lost'))
    },
  })
  const request = {
    id: 'f'.repeat(32),
    by: 'organiser',
    at: Date.now(),
    format: 'csv',
    locale: 'en',
    perMinute: 60,
  } as const
  const receipt = await importOf(bindings, request.id).receive(request, 1, false, body)
  expect(receipt).toMatchObject({ kind: 'broken-off' })
  expect(await look(request.id)).toMatchObject({ state: 'abandoned', people: 0 })
  expect(await staged(request.id)).toEqual([0, 0])
  const whole = new Blob([start]).stream()
  const again = await importOf(bindings, request.id).receive(request, 1, false, whole)
  expect(again).toMatchObject({ kind: 'received' })
  expect(await finished(request.id)).toMatchObject({ people: 2, imported: 2 })
})

test('an import whose next part does not come within an hour is abandoned, and its staged rows are deleted', async () => {
  const { json } = await bring(`${HEAD}\nnew@example.org,,,,,desk,2024-05-31,\n`, CSV, '?more=yes')
  expect(await staged(json.id)).toEqual([1, 0])
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
  await runDurableObjectAlarm(importOf(bindings, json.id))
  vi.restoreAllMocks()
  expect(await look(json.id)).toMatchObject({ state: 'abandoned', imported: 0, cancelled: 1 })
  expect(await staged(json.id)).toEqual([0, 0])
})

test('a person who leaves while the import waits for its last part is neither imported nor mailed', async () => {
  const { json } = await bring(
    `${HEAD}\nnew@example.org,,,,,desk,2024-05-31,\nask@example.org,,,,,,,\n`,
    CSV,
    '?more=yes',
  )
  await suppressionOf(bindings).suppress(await keyOf('new@example.org'), 'erased', Date.now())
  await suppressionOf(bindings).suppress(await keyOf('ask@example.org'), 'unsubscribed', Date.now())
  await anna.ask('PUT', `/api/supporters/imports/${json.id}/parts/2`, `${HEAD}\n`, CSV)
  expect(await finished(json.id)).toMatchObject({ imported: 0, confirming: 0, refused: 2 })
  expect([await recordOf('new@example.org'), await received()]).toEqual([null, {}])
})

test('confirmations of an import keep the requested pace and stop when the import is cancelled', async () => {
  const rows = Array.from({ length: 30 }, (_, n) => `ask${n}@example.org`)
  const { json } = await bring(`email\n${rows.join('\n')}\n`, CSV, '?confirmationsPerMinute=20')
  const status = await until(json.id, ({ confirming }) => confirming > 0)
  expect(status).toMatchObject({ state: 'confirming', confirming: 5, waiting: 25 })
  const cancelled = await anna.ask<ImportResponse>('POST', `/api/supporters/imports/${json.id}/cancel`)
  expect(cancelled.json).toMatchObject({ state: 'cancelled', confirming: 5, cancelled: 25, waiting: 0 })
  expect(await staged(json.id)).toEqual([0, 0])
  expect((await anna.ask('POST', `/api/supporters/imports/${json.id}/cancel`)).status).toBe(409)
})

test('import and export need the supporters scope; the record of transfers needs the admin scope', async () => {
  const reader = new Organiser(TEST_READER_TOKEN)
  for (const [method, path] of [
    ['POST', '/api/supporters/import'],
    ['GET', '/api/supporters/imports'],
    ['GET', '/api/supporters/export'],
    ['GET', '/api/supporters/transfers'],
  ] as const)
    expect((await reader.ask(method, path, undefined, CSV)).status).toBe(403)
  expect((await anna.ask('POST', '/api/supporters/import', 'x', { 'content-type': 'text/plain' })).status).toBe(415)
  const latin = { 'content-type': 'text/csv; charset=iso-8859-1' }
  expect((await anna.ask('POST', '/api/supporters/import', 'x', latin)).status).toBe(415)
  expect((await bring('email\n', CSV, '?locale=xx')).status).toBe(422)
  expect((await anna.ask('GET', `/api/supporters/imports/${'0'.repeat(32)}`)).status).toBe(404)
})
