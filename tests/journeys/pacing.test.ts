import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { behavingTransports } from '../support/behaving-transports.ts'
import { join, Organiser, oneEach, people, received } from '../support/organiser.ts'

vi.setConfig({ testTimeout: 60_000 })

const { main } = behavingTransports(false)
const anna = new Organiser()
const CROWD = people(0, 40)

beforeEach(async () => {
  await reset()
  main.reset()
})

async function asked(slug: string, more: object = {}) {
  const { campaign, revision } = await anna.publish(slug)
  await join(CROWD)
  return { campaign, revision, email: 'appeal', ...more }
}

test('a quota that is used up in the middle pauses the dispatch with words, and resuming goes on where it stopped', async () => {
  const refusal = {
    kind: 'refused',
    permanent: false,
    reason: 'quota',
    detail: 'the account has used up its day',
  } as const
  main.fate = (call) => (call > 3 ? refusal : 'accept')
  const { id } = await anna.dispatch(await asked('quota'))
  const paused = await anna.until(id, ({ state }) => state === 'paused')
  expect(paused.paused).toEqual({
    kind: 'quota',
    detail: expect.stringMatching(
      /^outbox refuses the account: the account has used up its day: resume when .*healthz\?deep/,
    ),
  })
  expect(paused.counts).toMatchObject({ accepted: 15, waiting: 25 })
  main.fate = () => 'accept'
  expect((await anna.act(id, 'resume')).status).toBe(200)
  await anna.finished(id)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('a provider that falls silent is left alone, which the organiser is told, and the rest goes by itself once a probe is answered', async () => {
  main.fate = (call) => (call <= 6 ? 'silence' : 'accept')
  const { id } = await anna.dispatch(await asked('silent'))
  const waiting = await anna.until(id, (view) => view.waiting !== undefined)
  expect(waiting.state).toBe('running')
  expect(waiting.waiting?.reason).toMatch(/^outbox did not answer 5 calls in a row \(cut\)/)
  expect(Date.parse(waiting.waiting?.until ?? '')).toBeGreaterThan(Date.now() - 1_000)
  await anna.finished(id)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('a provider that asks for a pause gets it from everything that sends by its account', async () => {
  const busy = { kind: 'refused', permanent: false, reason: 'rate-limited', retryAfterSeconds: 4 } as const
  main.fate = (call) => (call === 2 ? busy : 'accept')
  const { id } = await anna.dispatch(await asked('busy'))
  const view = await anna.until(id, ({ waiting }) => waiting !== undefined)
  expect(view.waiting?.reason).toBe('outbox asked for fewer calls')
  await anna.finished(id)
  expect((main.calls[2]?.at ?? 0) - (main.calls[1]?.at ?? 0)).toBeGreaterThanOrEqual(3_900)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('an account whose day is used up waits for the next, and says so, without being paused', async () => {
  main.limits = { mailsPerDay: 20 }
  const { id } = await anna.dispatch(await asked('day'))
  const view = await anna.until(id, ({ waiting }) => waiting !== undefined)
  expect(view).toMatchObject({ state: 'running', counts: { accepted: 16, waiting: 24 } })
  expect(view.waiting?.until).toMatch(/T00:00:00.000Z$/)
  expect(view.waiting?.reason).toBe(
    'outbox may send 20 mails a day, 2 of them kept for confirmations: today’s quota is used up',
  )
  await anna.act(id, 'cancel')
})

test('people per minute are kept', async () => {
  main.maxBatch = 1
  const start = Date.now()
  const { id } = await anna.dispatch(await asked('slowly', { ratePerMinute: 600 }))
  await anna.finished(id)
  expect(Date.now() - start).toBeGreaterThanOrEqual(2_800) // 40 people at ten a second, ten of them at once
  expect(await received()).toEqual(oneEach(CROWD))
})
