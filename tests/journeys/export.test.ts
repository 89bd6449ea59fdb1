import { reset } from 'cloudflare:test'
import { beforeEach, expect, test } from 'vitest'
import { suppressionOf, transfersOf } from '../../src/objects.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { fingerprintOf, join, Organiser, people, person } from '../support/organiser.ts'
import { appWith, bindings } from '../support/visitor.ts'

beforeEach(reset)

const take = (query: string) =>
  appWith({})(
    new Request(`${TEST_SETTINGS.PUBLIC_URL}/api/supporters/export${query}`, {
      headers: { authorization: `Bearer ${TEST_TOKEN}` },
    }),
  )

const anna = new Organiser()
const transfers = async () => (await anna.ask<Array<Record<string, unknown>>>('GET', '/api/supporters/transfers')).json

test('an export contains paused supporters but nobody who left, and is recorded as a transfer', async () => {
  await join([person(1, 'ru', { name: '=HYPERLINK("https://evil.example")' }), ...people(2, 5)])
  await suppressionOf(bindings).suppress(await fingerprintOf(person(3)), 'unsubscribed', Date.now())
  await suppressionOf(bindings).pause(await fingerprintOf(person(4)), Date.now() + 1_000_000)
  const csv = await take('?format=csv')
  expect([csv.status, csv.headers.get('cache-control'), csv.headers.get('link')]).toEqual([200, 'no-store', null])
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="supporters.csv"')
  const [head, ...rows] = (await csv.text()).trim().split('\r\n')
  expect(head).toBe('email,name,locales,topics,country,consent_source,consent_at,consent_wording')
  expect(rows.toSorted()).toEqual([
    `"person1@example.org","'=HYPERLINK(""https://evil.example"")","ru","","","page","1970-01-01T00:00:01.000Z","v1"`,
    '"person2@example.org","","en","","","page","1970-01-01T00:00:01.000Z","v1"',
    '"person4@example.org","","en","","","page","1970-01-01T00:00:01.000Z","v1"',
  ])
  const lines = (await (await take('?format=ndjson&cursor=f')).text()).split('\n').filter((line) => line !== '')
  const inF = await Promise.all([1, 2, 4].map(async (n) => (await fingerprintOf(person(n))).startsWith('f')))
  expect(lines).toHaveLength(inF.filter(Boolean).length)
  const exports = await transfers()
  expect(exports).toHaveLength(2)
  expect(exports).toContainEqual(
    expect.objectContaining({
      kind: 'export',
      by: 'organiser',
      format: 'csv',
      state: 'finished',
      people: 3,
      damaged: 0,
      share: '',
    }),
  )
  expect(exports).toContainEqual(expect.objectContaining({ format: 'ndjson', share: 'f' }))
})

test('an old transfer stays on record however many follow', async () => {
  const at = Date.now()
  const recorded = Array.from({ length: 401 }, (_, n) => ({
    id: `export-${String(n).padStart(3, '0')}`,
    kind: 'export' as const,
    by: 'organiser',
    at: at + Math.floor(n / 7), // seven transfers share a millisecond
    format: 'csv' as const,
    state: 'finished',
    counts: { people: 0 },
    finishedAt: at,
    share: '',
  }))
  for (const transfer of recorded) await transfersOf(bindings).recordTransfer(transfer)
  const seen: string[] = []
  for (let path: string | undefined = '/api/supporters/transfers'; path !== undefined; ) {
    const page: { json: Array<{ id: string }>; headers: Headers } = await anna.ask('GET', path)
    seen.push(...page.json.map(({ id }) => id))
    path = /<(.*)>/.exec(page.headers.get('link') ?? '')?.[1]
  }
  expect(seen).toEqual(recorded.map(({ id }) => id).toReversed())
  expect((await anna.ask('GET', '/api/supporters/transfers?before=nobody')).status).toBe(400)
})

test('an unknown format or cursor is refused, and no transfer is recorded', async () => {
  for (const query of ['?format=xlsx', '?cursor=zz']) expect((await take(query)).status).toBe(422)
  expect(await transfers()).toEqual([])
})
