import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { suppressionOf } from '../../../src/objects.ts'
import type { RememberedReason } from '../../../src/transports/transport.ts'
import { behavingTransports } from '../../support/behaving-transports.ts'
import { fingerprintOf, join, Organiser, people } from '../../support/organiser.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const { main } = behavingTransports(false)
const anna = new Organiser()
const CROWD = people(0, 4)

beforeEach(async () => {
  main.reset()
  main.maxBatch = 1
  await reset()
})
afterEach(() => vi.restoreAllMocks())

const REMEMBERED: readonly RememberedReason[] = ['bounced', 'unsubscribed', 'complained']

test('whom a provider refuses because of what it remembers is suppressed for that, and gets no later appeal', async () => {
  await join(CROWD)
  main.fate = (call) => {
    const remembered = REMEMBERED[call - 1]
    return remembered === undefined ? 'accept' : { kind: 'refused', permanent: true, reason: 'suppressed', remembered }
  }
  const { campaign, revision } = await anna.publish('remembered')
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  const { counts } = await anna.finished(id)
  expect(counts).toMatchObject({ accepted: 1, refused: 3 })
  const records = await suppressionOf(bindings).recordsOf(await Promise.all(CROWD.map(fingerprintOf)))
  expect(records.map(({ reason }) => reason).toSorted()).toEqual(REMEMBERED.toSorted())
})

test('a refusal that does not say what the provider remembers suppresses nobody', async () => {
  await join(CROWD.slice(0, 1))
  main.fate = () => ({ kind: 'refused', permanent: true, reason: 'suppressed' })
  const { campaign, revision } = await anna.publish('silent')
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  await anna.finished(id)
  expect(await suppressionOf(bindings).recordsOf(await Promise.all(CROWD.map(fingerprintOf)))).toEqual([])
})
