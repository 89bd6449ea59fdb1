import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { anyPort } from '../../scripts/local/ports.ts'
import { type Server, startServer } from '../../scripts/local/server.ts'
import type { ImportView } from '../../src/supporters/import/status.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'

/** Rows of the list and SIGKILLs of the runtime. The local KV writes fewer than a thousand records a second. */
const { crashImportRows: ROWS, crashImportKills: KILLS, crashImportBytes: LARGE_BYTES } = inject('sizes')
/** Milliseconds the import of the whole list may take. */
const END_WITHIN_MS = 300_000

const state = mkdtempSync(join(tmpdir(), 'tocsin-import-'))
let server: Server

beforeAll(async () => {
  const port = await anyPort()
  const settings = { ...TEST_SETTINGS, PUBLIC_URL: `http://127.0.0.1:${port}` }
  server = await startServer({ port, state, settings, quiet: true })
})
afterAll(async () => {
  await server.stop()
  rmSync(state, { recursive: true })
})

type ImportResponse = ImportView & { report: Array<{ row: number; reason: string }>; next?: string }

const authorization = `Bearer ${TEST_TOKEN}`

/** Uploads a list as a stream, without holding it in memory. Returns the API's answer. */
async function bring(file: Iterable<string>, key: string, query = ''): Promise<ImportResponse> {
  const headers = { authorization, 'content-type': 'text/csv', 'idempotency-key': key }
  const upload = request(`${server.url}/api/supporters/import${query}`, { method: 'POST', headers })
  const answered = once(upload, 'response')
  await pipeline(Readable.from(file, { objectMode: false }), upload)
  const [response] = (await answered) as [IncomingMessage]
  const answer = await text(response)
  expect([response.statusCode, answer.slice(0, 500)]).toEqual([202, expect.anything()])
  return JSON.parse(answer)
}

async function look<T = ImportResponse>(path: string): Promise<T> {
  const response = await fetch(server.url + path, { headers: { authorization } })
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

async function until(id: string, is: (status: ImportResponse) => boolean): Promise<ImportResponse> {
  for (const end = Date.now() + END_WITHIN_MS; ; await sleep(100)) {
    const status = await look(`/api/supporters/imports/${id}`)
    const { people, imported, confirming, merged, refused, waiting } = status
    expect(imported + confirming + merged + refused + waiting).toBe(people)
    if (is(status)) return status
    if (Date.now() > end) throw new Error(`import did not finish: ${JSON.stringify(status)}`)
  }
}

async function exported(): Promise<string[]> {
  const lines: string[] = []
  for (let path: string | undefined = '/api/supporters/export?format=ndjson'; path !== undefined; ) {
    const response: Response = await fetch(server.url + path, { headers: { authorization } })
    lines.push(...(await response.text()).split('\n').filter((line) => line !== ''))
    path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  }
  return lines
}

const HEAD = 'email,name,locales,topics,country,consent_source,consent_at,consent_wording'
const emailOf = (n: number) => `person${n}@example.org`
const TWICE = ROWS / 10
const FUTURE = ROWS / 10
const ASKED = 60

/** A CSV list: people with proof of consent, repeated people, people with consent in the future, and people without proof. */
function list(): string {
  const row = (n: number, at = '2024-05-31') => `${emailOf(n)},Name ${n},ru,mining,KZ,petition,${at},Yes`
  const people = ROWS - TWICE - FUTURE - ASKED
  const rows = Array.from({ length: people }, (_, n) => row(n))
  for (let n = 0; n < TWICE; n++) rows.push(row(n * 7, '2025-01-01'))
  for (let n = 0; n < FUTURE; n++) rows.push(row(people + n, '2030-01-01'))
  for (let n = 0; n < ASKED; n++) rows.push(`asked${n}@example.org,,,,,,,`)
  return `${[HEAD, ...rows].join('\n')}\n`
}

test(`${ROWS} rows are imported once each though the runtime is killed ${KILLS} times`, {
  timeout: 400_000,
}, async () => {
  const began = Date.now()
  const { id, people } = await bring([list()], 'many', '?confirmationsPerMinute=400')
  const uploadedMs = Date.now() - began
  expect(people).toBe(ROWS)
  const atDeath: number[] = []
  for (let kills = 1; kills <= KILLS; kills++) {
    const { imported } = await until(id, (status) => status.imported >= (kills * ROWS) / (KILLS + 2))
    atDeath.push(imported)
    await server.crash()
  }
  const last = await until(id, (status) => status.state === 'confirming' || status.state === 'finished')
  const importedMs = Date.now() - began
  await until(id, (status) => status.confirming > 0)
  await server.crash() // while confirmations are sent
  const status = await until(id, ({ state }) => state === 'finished')
  console.log(
    `uploaded after ${uploadedMs} ms, imported after ${importedMs} ms; imported when killed: ${atDeath.join(', ')}`,
  )
  const expected = { imported: ROWS - TWICE - FUTURE - ASKED, merged: TWICE, refused: FUTURE, confirming: ASKED }
  expect(last.imported).toBe(expected.imported)
  expect(status).toMatchObject(expected)
  expect(status.report).toHaveLength(FUTURE)
  expect(status.report[0]).toMatchObject({ row: ROWS - FUTURE - ASKED + 2 })

  const mails = (await (await fetch(`${server.url}/outbox.json`)).json()) as Array<{ to: string }>
  expect(new Set(mails.map(({ to }) => to)).size).toBe(mails.length) // no address twice
  const lines = await exported()
  expect(lines).toHaveLength(expected.imported)
  const emails = new Set(lines.map((line) => (JSON.parse(line) as { email: string }).email))
  expect(emails.size).toBe(expected.imported)
})

test(`${LARGE_BYTES / 1e6} MB of CRLF, BOM and an unused column are imported, and the torn last line is refused`, {
  timeout: 180_000,
}, async () => {
  const pad = 'x'.repeat(5_000)
  const rows = Math.floor(LARGE_BYTES / 5_100)
  function* file() {
    yield '\uFEFFemail,consent_source,consent_at,notes\r\n'
    for (let n = 0; n < rows; n++) yield `large${n}@example.org,desk,2024-05-31,"${pad}\r\n${n}"\r\n`
    yield 'torn@example.org,desk,2024-0'
  }
  const began = Date.now()
  const { id, parts } = await bring(file(), 'large')
  console.log(`${parts[0]?.bytes} bytes taken in after ${Date.now() - began} ms`)
  expect(parts[0]?.bytes).toBeGreaterThan(LARGE_BYTES * 0.98)
  const status = await until(id, ({ state }) => state === 'finished')
  expect(status).toMatchObject({ people: rows + 1, imported: rows, refused: 1, ignoredColumns: ['notes'] })
  expect(status.report).toEqual([{ row: rows + 2, reason: 'the file ends in the middle of this row' }])
})

test('an upload whose connection breaks leaves nothing; the same list sent again is imported', async () => {
  const rows = Array.from({ length: 500 }, (_, n) => `cut${n}@example.org,desk,2024-05-31`)
  const whole = `email,consent_source,consent_at\n${rows.join('\n')}\n`
  await new Promise<void>((resolve) => {
    const headers = {
      authorization,
      'content-type': 'text/csv',
      'idempotency-key': 'cut',
      'content-length': whole.length,
    }
    const upload = request(`${server.url}/api/supporters/import`, { method: 'POST', headers })
    upload.on('error', () => {}).on('close', resolve)
    upload.write(whole.slice(0, whole.length / 2))
    setTimeout(() => upload.destroy(), 500)
  })
  const listed = await look<ImportResponse[]>('/api/supporters/imports')
  const id = listed[0]?.id ?? ''
  const broken = await until(id, ({ state }) => state === 'abandoned')
  expect(broken).toMatchObject({ people: 0, imported: 0, problem: expect.stringContaining('broke off') })
  await bring([whole], 'cut')
  expect(await until(id, ({ state }) => state === 'finished')).toMatchObject({ people: 500, imported: 500 })
})
