import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anyPort } from '../../scripts/ports.ts'
import { type Server, startServer } from '../../scripts/server.ts'
import type { Fault } from '../../scripts/sinks/faults.ts'
import { API_KEY, type ResendSink, startResendSink } from '../../scripts/sinks/resend.ts'
import type { Told } from '../../src/dispatch/order.ts'
import { supporterStore } from '../../src/supporters/store.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { namespaceOf } from '../support/memory-kv.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'

/** More than five thousand go by sixteen lanes. */
const PEOPLE = Number(process.env.TOCSIN_PEOPLE ?? 2_000)
const KILLS = 12
/** Milliseconds a runtime has at most, once it is ready or has begun to send. */
const LIFE_MS = 500
/** Milliseconds within which a runtime that was started again has to send again. */
const CALL_WITHIN_MS = 15_000
/** Milliseconds the sink takes to answer, having taken the mails: so that most deaths fall while an answer is awaited. */
const ANSWER_MS = { least: 150, most: 500 }
/** Milliseconds within which the dispatch has to come to its end once it is left alone. */
const END_WITHIN_MS = 30_000
const CAMPAIGN = 'river-street-bakery'
const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']

/** Repeats the deaths and faults, as far as a machine's own timing lets it. */
const seed = Number(process.env.TOCSIN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const random = mulberry32(seed)

const state = mkdtempSync(join(tmpdir(), 'tocsin-kill-'))
let sink: ResendSink
let server: Server

beforeAll(async () => {
  sink = await startResendSink()
  sink.fault = nextFault
  const resend = { RESEND_URL: sink.url, RESEND_API_KEY: API_KEY, RESEND_CALLS_PER_SECOND: '1000' }
  const port = await anyPort()
  const settings = { ...TEST_SETTINGS, ...resend, BULK_TRANSPORT: 'resend', PUBLIC_URL: `http://127.0.0.1:${port}` }
  server = await startServer({ port, state, settings, quiet: true })
})
afterAll(async () => {
  await server.stop()
  await sink.close()
  rmSync(state, { recursive: true })
})

test(`a runtime that is killed again and again sends to everybody once (TOCSIN_SEED=${seed})`, {
  timeout: 90_000,
}, async () => {
  console.log(`TOCSIN_SEED=${seed}`)
  await joinEverybody()
  const { revision } = await api<{ revision: string }>('GET', `/api/campaigns/${CAMPAIGN}`)
  const { id } = await api<Told>('POST', '/api/dispatches', { campaign: CAMPAIGN, revision, email: 'appeal' })

  const sentAtDeath: number[] = []
  while (sentAtDeath.length < KILLS) {
    // The first death falls into the start and the planning, every fourth into waking up, the others between or within calls.
    if (sentAtDeath.length % 4 !== 0) await nextCall()
    await sleep(random() * LIFE_MS)
    sentAtDeath.push(sink.mails.length)
    await server.crash()
  }
  const amid = sentAtDeath.filter((sent) => sent > 0 && sent < PEOPLE)
  console.log(`sent when killed: ${sentAtDeath.join(', ')}; calls: ${sink.calls.length}`)
  expect(amid.length).toBeGreaterThan(KILLS / 2)

  const told = await finished(id)
  const times = new Map<string, number>()
  for (const { to } of sink.mails) for (const one of to) times.set(one, (times.get(one) ?? 0) + 1)
  const everybody = Array.from({ length: PEOPLE }, (_, n) => emailOf(n))
  expect(everybody.filter((email) => !times.has(email))).toEqual([]) // lost
  expect([...times].filter(([, mails]) => mails > 1)).toEqual([]) // doubled
  expect(times.size).toBe(PEOPLE)
  const { planned, ...parts } = told.counts
  expect(planned).toBe(PEOPLE)
  expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(planned)
  expect(parts).toMatchObject({ accepted: PEOPLE, uncertain: 0, waiting: 0 })
})

/** What the sink does to a call: mostly it is slow, and now and then it is worse. */
function nextFault(): Fault {
  const luck = random()
  if (luck < 0.08) return { kind: 'cut-after' }
  if (luck < 0.12) return { kind: 'cut-before' }
  if (luck < 0.18) return { kind: 'status', status: 500, body: { name: 'internal_server_error', message: 'oops' } }
  if (luck < 0.24) return { kind: 'status', status: 429, body: { name: 'rate_limit_exceeded', message: 'slowly' } }
  if (luck < 0.27) return { kind: 'nonsense-after' }
  return { kind: 'slow-after', milliseconds: ANSWER_MS.least + random() * (ANSWER_MS.most - ANSWER_MS.least) }
}

/** Waits for the next call that reaches the sink. */
async function nextCall(): Promise<void> {
  const before = sink.calls.length
  for (const end = Date.now() + CALL_WITHIN_MS; sink.calls.length === before; await sleep(5)) {
    if (sink.mails.length >= PEOPLE) return
    if (Date.now() > end) throw new Error(`a runtime that was started again has sent nothing for ${CALL_WITHIN_MS} ms`)
  }
}

const emailOf = (n: number): string => `person${n}@example.org`

/** Confirmed supporters, as KV keeps them. */
async function joinEverybody(): Promise<void> {
  const settings = await testSettings()
  const store = supporterStore(namespaceOf(await server.miniflare.getKVNamespace('SUPPORTERS')), settings)
  const consent = { wording: 'v1', at: 1, via: 'page' }
  const put = async (n: number) => {
    const email = addressOf(emailOf(n))
    const locales = [LOCALES[n % LOCALES.length] ?? 'en']
    await store.put(await settings.fingerprint(email), { email, locales, topics: [], since: 1, consent })
  }
  for (let n = 0; n < PEOPLE; n += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => put(n + i)))
}

async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${TEST_TOKEN}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

async function finished(id: string): Promise<Told> {
  for (const end = Date.now() + END_WITHIN_MS; ; await sleep(100)) {
    const told = await api<Told>('GET', `/api/dispatches/${id}`)
    if (told.state === 'finished') return told
    if (Date.now() > end) throw new Error(`it has not finished by itself: ${JSON.stringify(told)}`)
  }
}

/** A small seeded generator (Tommy Ettinger's mulberry32, public domain). */
function mulberry32(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
