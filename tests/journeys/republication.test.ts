import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { dispatchOf } from '../../src/objects.ts'
import { join, Organiser, people } from '../support/organiser.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const anna = new Organiser()
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

/** Everything that the dispatch has stored. */
const storedBy = (id: string) =>
  runInDurableObject(dispatchOf(bindings, id), (_, { storage }) => [...storage.kv.list()])

/** A dispatch that has sent its first mail, and sends one more each minute. */
async function begun(slug: string): Promise<string> {
  const { campaign, revision } = await anna.publish(slug)
  await join(people(0, 3))
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', ratePerMinute: 1 })
  await anna.until(id, (view) => view.counts.accepted > 0)
  return id
}

test('a refused resume of a running dispatch accepts no terms and forgives no complaints', async () => {
  const id = await begun('running')
  const before = await storedBy(id)
  expect((await anna.act(id, 'resume')).status).toBe(409)
  expect(await storedBy(id)).toEqual(before)
  await anna.act(id, 'cancel')
})
