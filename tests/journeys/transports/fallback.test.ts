import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { behavingTransports } from '../../support/behaving-transports.ts'
import { join, Organiser, oneEach, people, received } from '../../support/organiser.ts'

vi.setConfig({ testTimeout: 60_000 })

const { main, fallback } = behavingTransports(true)
const anna = new Organiser()
const CROWD = people(0, 40)

beforeEach(async () => {
  await reset()
  main.reset()
  fallback.reset()
})

async function requestFor(slug: string) {
  const { campaign, revision } = await anna.publish(slug)
  await join(CROWD)
  return { campaign, revision, email: 'appeal' }
}

test('when the main account is refused, the failover takes over, and every supporter gets exactly one mail', async () => {
  const refusal = { kind: 'refused', permanent: true, reason: 'unauthorised', detail: 'the key was revoked' } as const
  main.fate = (call) => (call > 3 ? refusal : 'accept')
  fallback.answerAfterMs = 200
  const { id } = await anna.dispatch(await requestFor('revoked'))
  const view = await anna.until(id, ({ fallback }) => fallback !== undefined)
  expect(view.fallback).toEqual({
    transport: 'resend',
    reason: 'outbox refuses the account: the key was revoked: Tocsin tries it again by itself',
  })
  await anna.finished(id)
  expect(main.calls).toHaveLength(4)
  expect(await received()).toEqual(oneEach(CROWD))
})

test('an uncertain batch of the main transport is never sent by the failover, which sends the rest', async () => {
  main.idempotencySeconds = 0
  main.fate = () => 'silence'
  const { id } = await anna.dispatch(await requestFor('cut'))
  const { counts } = await anna.finished(id)
  expect(counts).toMatchObject({ uncertain: 5 * main.calls.length, accepted: 40 - 5 * main.calls.length })
  expect(fallback.calls.length).toBeGreaterThan(0)
  expect(await received()).toEqual(oneEach(CROWD)) // the main transport took the uncertain batch, too
})

test('when both accounts are refused, the dispatch pauses with both reasons, and resuming tries both at once', async () => {
  const refusal = (detail: string) => ({ kind: 'refused', permanent: true, reason: 'unauthorised', detail }) as const
  main.fate = () => refusal('no such key')
  fallback.fate = () => refusal('held for a check')
  const { id } = await anna.dispatch(await requestFor('both'))
  const { paused } = await anna.until(id, ({ state }) => state === 'paused')
  expect(paused?.detail).toMatch(
    /^outbox refuses the account: no such key.*; resend refuses the account: held for a check/,
  )
  main.fate = () => 'accept'
  expect((await anna.act(id, 'resume')).status).toBe(200)
  await anna.finished(id)
  expect(await received()).toEqual(oneEach(CROWD))
})
