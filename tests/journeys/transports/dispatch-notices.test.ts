import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noticesOf } from '../../../src/objects.ts'
import { behavingTransports, type Fate } from '../../support/behaving-transports.ts'
import { join, Organiser, people } from '../../support/organiser.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const anna = new Organiser()
const { main } = behavingTransports(false)

beforeEach(reset)
afterEach(() => main.reset())

async function sent(slug: string, fate: Fate) {
  main.fate = () => fate
  main.idempotencySeconds = 0
  const { campaign, revision } = await anna.publish(slug)
  await join(people(0, 4))
  return (await anna.dispatch({ campaign, revision, email: 'appeal' })).id
}

const notices = async () =>
  (await noticesOf(bindings).list()).map(({ kind, subject, count, detail }) => ({ kind, subject, count, detail }))

test('organisers are told once that a dispatch paused by itself, and not that they paused it', async () => {
  const id = await sent('pausing', { kind: 'refused', permanent: true, reason: 'sender-not-verified' })
  await anna.until(id, ({ state }) => state === 'paused')
  const paused = { kind: 'dispatch-paused', subject: id, count: 1, detail: 'sender-not-verified' }
  const refused = { kind: 'account-refused', subject: 'outbox', count: 1, detail: 'sender-not-verified' }
  const both = expect.arrayContaining([paused, refused])
  await expect.poll(notices).toEqual(both)
  main.held = () => new Promise((resolve) => setTimeout(resolve, 300))
  main.fate = () => 'accept'
  await anna.act(id, 'resume')
  await anna.act(id, 'pause')
  await anna.act(id, 'resume')
  await anna.finished(id)
  expect(await notices()).toEqual(both)
  expect(await notices()).toHaveLength(2)
})

test('organisers are told once that a dispatch ended with uncertain people, and nothing when they decide', async () => {
  const id = await sent('unsure', { kind: 'unknown', reason: 'cut' })
  const { uncertainBatches } = await anna.finished(id)
  const uncertain = { kind: 'dispatch-uncertain', subject: id, count: 1, detail: '4 people' }
  await expect.poll(notices).toEqual([uncertain])
  const batches = uncertainBatches.map((batch) => ({ id: batch.id, generation: batch.generation }))
  await anna.act(id, 'resolve', { batches, decision: 'count-as-not-sent' })
  expect((await anna.finished(id)).counts).toMatchObject({ cancelled: 4, uncertain: 0 })
  expect(await notices()).toEqual([uncertain])
})
