import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CampaignPublication } from '../../src/campaigns/campaign-publication.ts'
import { Dispatch } from '../../src/dispatch/dispatch.ts'
import { dispatchOf, publicationOf } from '../../src/objects.ts'
import { join, Organiser, people, received, sleep } from '../support/organiser.ts'
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

/** The next read of the current campaign is answered a second later, perhaps after another publication. */
function slowRead() {
  const publication: { published(slug: string): unknown } = CampaignPublication.prototype
  return vi.spyOn(publication, 'published').mockImplementationOnce(async function (this: CampaignPublication, slug) {
    const record = this.published(slug)
    await sleep(1_000)
    return record
  })
}

test('a refused resume of a running dispatch accepts no terms and forgives no complaints', async () => {
  const id = await begun('running')
  const before = await storedBy(id)
  expect((await anna.act(id, 'resume')).status).toBe(409)
  expect(await storedBy(id)).toEqual(before)
  await anna.act(id, 'cancel')
})

test('a dispatch does not start a revision that is superseded while its start is prepared', async () => {
  const { campaign, revision } = await anna.publish('superseded')
  await join(people(0, 3))
  const sendAt = new Date(Date.now() + 1_000).toISOString()
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt })
  const reads = slowRead()
  await vi.waitFor(() => expect(reads).toHaveBeenCalled(), 10_000)
  await anna.publish('superseded', ['en'], ['doNotUseAfter: 2030-01-01'])
  const view = await anna.until(id, ({ state }) => state === 'paused' || state === 'finished')
  expect([view.state, view.paused?.kind]).toEqual(['paused', 'revision-changed'])
  expect(await received()).toEqual({})
  await anna.act(id, 'cancel')
})

test('a publication during a resume pauses the dispatch again', async () => {
  const id = await begun('resumed')
  await anna.act(id, 'pause')
  const reads = slowRead()
  const resuming = anna.act(id, 'resume')
  await vi.waitFor(() => expect(reads).toHaveBeenCalled(), 10_000)
  await anna.publish('resumed', ['en'], ['doNotUseAfter: 2030-01-01'])
  await resuming
  expect(await anna.look(id)).toMatchObject({ state: 'paused', paused: { kind: 'campaign-changed' } })
  await anna.act(id, 'cancel')
})

test('a publication is not delivered while an affected dispatch still sees another revision', async () => {
  const id = await begun('deploying')
  const published: { published(slug: string): unknown } = CampaignPublication.prototype
  const old = await publicationOf(bindings).published('deploying')
  const seen = vi.spyOn(published, 'published')
  vi.spyOn(Dispatch.prototype, 'republished').mockImplementationOnce(function (this: Dispatch, revision) {
    seen.mockReturnValueOnce(old) // as in a runtime with the bundle of an earlier deploy
    return this.republished(revision)
  })
  expect((await anna.publish('deploying', ['en'], ['doNotUseAfter: 2030-01-01'])).paused).toEqual([])

  expect(await runDurableObjectAlarm(publicationOf(bindings))).toBe(true)
  expect(await anna.look(id)).toMatchObject({ state: 'paused', paused: { kind: 'campaign-changed' } })
  await anna.act(id, 'cancel')
})
