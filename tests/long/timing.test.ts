import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { organiser } from '../../scripts/local/organiser.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { type Server, startServer } from '../../scripts/local/server.ts'
import { formStamp, MIN_FILL_MS } from '../../src/security/form-timestamp.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { testSettings } from '../support/supporter-world.ts'

const PAIRS = 200
/** Bounds of the area under the curve, about three standard errors of 200 pairs: 0.5 means that a time tells nothing. */
const [LEAST, MOST] = [0.42, 0.58]
/** Milliseconds in which the work after an answer ends, so that one measurement does not reach into the next. */
const PAUSE_MS = 80
const CAMPAIGN = 'river-street-bakery'

const state = mkdtempSync(join(tmpdir(), 'tocsin-timing-'))
let server: Server
let keys: Awaited<ReturnType<typeof testSettings>>['keys']
let networks = 0
let people = 0
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const anybody = () => `person${++people}@example.org`

beforeAll(async () => {
  ;({ keys } = await testSettings())
  const { PUBLIC_URL: _, ...settings } = TEST_SETTINGS
  server = await startServer({ port: await anyPort(), state, settings, quiet: true, cron: false })
})
afterAll(async () => {
  await server.stop()
  rmSync(state, { recursive: true })
})

/** Puts new people on the list, by an import with proof of consent, which sends no mail. */
async function supporters(count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, anybody)
  const consent = { source: 'paper petition', at: '2026-05-31' }
  const file = emails.map((email) => JSON.stringify({ email, locales: ['en'], consent })).join('\n')
  const api = organiser(server.url, TEST_TOKEN)
  const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': crypto.randomUUID() }
  const { status, json } = await api.ask<{ id: string }>('POST', '/api/supporters/import', file, headers)
  expect(status).toBe(202)
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
    const { json: view } = await api.ask<{ state: string; imported: number }>(
      'GET',
      `/api/supporters/imports/${json.id}`,
    )
    if (view.state === 'finished') {
      expect(view.imported).toBe(count)
      return emails
    }
  }
  throw new Error('the import did not finish')
}

type Act = (email: string) => Promise<void>
async function post(path: string, fields: Record<string, string>, asJson: boolean): Promise<void> {
  networks++
  const answer = await fetch(server.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'cf-connecting-ip': `10.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`,
      'content-type': asJson ? 'application/json' : 'application/x-www-form-urlencoded',
      ...(!asJson && { origin: server.url }),
    },
    body: asJson ? JSON.stringify(fields) : String(new URLSearchParams(fields)),
  })
  await answer.arrayBuffer()
  expect([202, 303]).toContain(answer.status)
}
const askForData: Act = (email) => post('/my-data?locale=en', { email }, true)
const signUp: Act = (email) => post('/en/sign-up', { email }, true)
const write: Act = async (email) => {
  const stamp = await formStamp(keys, Date.now() - MIN_FILL_MS)
  const letter = { name: 'Anna', sentence: 'My mother baked there for years.', locale: 'en' }
  return post(`/campaigns/${CAMPAIGN}/letters`, { ...letter, email, stamp }, false)
}
const nothing: Act = async () => {}
const styleSheet: Act = async () => {
  await (await fetch(`${server.url}/style.css`)).arrayBuffer()
}

/** Milliseconds of the second act, right after the first. */
async function timeOf(email: string, before: Act, act: Act): Promise<number> {
  await before(email)
  const start = performance.now()
  await act(email)
  const took = performance.now() - start
  await sleep(PAUSE_MS)
  return took
}

/** The share of all pairs in which the known address took longer; a tie counts half. */
const areaUnder = (known: readonly number[], unknown: readonly number[]): number =>
  known.reduce((sum, a) => sum + unknown.reduce((own, b) => own + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0) /
  (known.length * unknown.length)

async function measure(before: Act, act: Act): Promise<number> {
  const known: number[] = []
  const unknown: number[] = []
  for (const [at, email] of (await supporters(PAIRS)).entries()) {
    const first = at % 2 === 0
    if (first) known.push(await timeOf(email, before, act))
    unknown.push(await timeOf(anybody(), before, act))
    if (!first) known.push(await timeOf(email, before, act))
  }
  return areaUnder(known, unknown)
}

test.each<[string, Act, Act]>([
  ['asking for one’s data', nothing, askForData],
  ['signing up', nothing, signUp],
  ['writing a letter', nothing, write],
  ['signing up right after asking for one’s data', askForData, signUp],
  ['asking for a page right after asking for one’s data', askForData, styleSheet],
  ['writing a letter right after asking for one’s data', askForData, write],
])(
  'the time of %s does not tell whether an address is on the list',
  { timeout: 300_000 },
  async (what, before, act) => {
    for (let n = 0; n < 3; n++) await timeOf(anybody(), before, act) // templates are compiled, and caches filled
    const first = await measure(before, act)
    const isOutside = first < LEAST || first > MOST
    const area = isOutside ? await measure(before, act) : first // by chance one of a hundred lies outside
    console.log(`${what}: area under the curve ${first.toFixed(3)}${isOutside ? `, then ${area.toFixed(3)}` : ''}`)
    expect(area).toBeGreaterThanOrEqual(LEAST)
    expect(area).toBeLessThanOrEqual(MOST)
  },
)
