import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { behavingTransports } from '../../support/behaving-transports.ts'
import { join, Organiser, oneEach, people, received } from '../../support/organiser.ts'

vi.setConfig({ testTimeout: 60_000 })

const { main } = behavingTransports(false)
const anna = new Organiser()
const CROWD = people(0, 40)

beforeEach(async () => {
  await reset()
  main.reset()
})

async function requestFor(slug: string, more: object = {}) {
  const { campaign, revision } = await anna.publish(slug)
  await join(CROWD)
  return { campaign, revision, email: 'appeal', ...more }
}

test('a used-up quota pauses the dispatch with the reason, and resuming continues where it stopped', async () => {
  const refusal = {
    kind: 'refused',
    permanent: false,
    reason: 'quota',
    detail: 'the account has used up its day',
  } as const
  main.fate = (call) => (call > 3 ? refusal : 'accept')
  const { id } = await anna.dispatch(await requestFor('quota'))
  const paused = await anna.until(id, ({ state }) => state === 'paused')
  expect(paused.paused).toEqual({
    kind: 'quota',
    detail: expect.stringMatching(
      /^outbox refuses the account: the account has used up its day: resume when .*deep health check/,
    ),
  })
  expect(paused.counts).toMatchObject({ accepted: 15, waiting: 25 })
  main.fate = () => 'accept'
  expect((await anna.act(id, 'resume')).status).toBe(200)
  await anna.finished(id)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('a provider that stops answering gets no calls until a probe succeeds, and the dispatch view says so', async () => {
  main.fate = (call) => (call <= 6 ? 'silence' : 'accept')
  const { id } = await anna.dispatch(await requestFor('silent'))
  const waiting = await anna.until(id, (view) => view.waiting !== undefined)
  expect(waiting.state).toBe('running')
  expect(waiting.waiting?.reason).toMatch(/^outbox did not answer 5 calls in a row \(cut\)/)
  expect(Date.parse(waiting.waiting?.until ?? '')).toBeGreaterThan(Date.now() - 1_000)
  await anna.finished(id)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('a provider’s Retry-After holds back everything that its sending account sends', async () => {
  const busy = { kind: 'refused', permanent: false, reason: 'rate-limited', retryAfterSeconds: 4 } as const
  main.fate = (call) => (call === 2 ? busy : 'accept')
  const { id } = await anna.dispatch(await requestFor('busy'))
  const view = await anna.until(id, ({ waiting }) => waiting !== undefined)
  expect(view.waiting?.reason).toBe('outbox asked for fewer calls')
  await anna.finished(id)
  expect((main.calls[2]?.at ?? 0) - (main.calls[1]?.at ?? 0)).toBeGreaterThanOrEqual(3_900)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('a dispatch whose daily quota is used up waits for the next day and says so, without being paused', async () => {
  main.limits = { mailsPerDay: 20 }
  const { id } = await anna.dispatch(await requestFor('day'))
  const view = await anna.until(id, ({ waiting }) => waiting !== undefined)
  expect(view).toMatchObject({ state: 'running', counts: { accepted: 16, waiting: 24 } })
  expect(view.waiting?.until).toMatch(/T00:00:00.000Z$/)
  expect(view.waiting?.reason).toBe(
    'outbox may send 20 mails a day, 2 of them kept for confirmations: today’s quota is used up',
  )
  await anna.act(id, 'cancel')
})

test('a dispatch keeps to its people per minute', async () => {
  main.maxBatch = 1
  const start = Date.now()
  const { id } = await anna.dispatch(await requestFor('slowly', { ratePerMinute: 600 }))
  await anna.finished(id)
  expect(Date.now() - start).toBeGreaterThanOrEqual(2_800) // 40 people at ten a second, after a burst of ten
  expect(await received()).toEqual(oneEach(CROWD))
})
