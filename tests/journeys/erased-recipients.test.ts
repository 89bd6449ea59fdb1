import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openRecipients } from '../../src/delivery/sealed-recipients.ts'
import type { Dispatch } from '../../src/dispatch/dispatch.ts'
import type { Lane } from '../../src/dispatch/lane/lane.ts'
import { dispatchOf, laneOf, placesOf } from '../../src/objects.ts'
import { fingerprintOf, join, Organiser, people, person, received } from '../support/organiser.ts'
import { testSettings } from '../support/supporter-world.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const organiser = new Organiser()
const DAY = 86_400_000

/** Addresses in the sealed recipients of a dispatch's only lane. */
async function sealedAddresses(id: string): Promise<string[]> {
  const { keys } = await testSettings()
  const rows = await runInDurableObject(laneOf(bindings, id, 0), (_, { storage }) =>
    storage.sql
      .exec<{ id: number; recipients: ArrayBuffer }>('SELECT id, recipients FROM batch WHERE recipients IS NOT NULL')
      .toArray(),
  )
  const opened = await Promise.all(
    rows.map((row) => openRecipients(keys, `${id}/0/${row.id}`, new Uint8Array(row.recipients))),
  )
  return opened.flatMap((some) => (some ?? []).map(({ email }) => email))
}

test.each([0, 2, 4])(
  'person %i who is erased while a dispatch is paused loses address and mail; all others get theirs',
  async (n) => {
    const slug = `paused-${n}`
    const { campaign, revision } = await organiser.publish(slug)
    await join(people(0, 6))
    const { id } = await organiser.dispatch({ campaign, revision, email: 'appeal', ratePerMinute: 1 })
    await organiser.until(id, ({ counts }) => counts.accepted === 1)
    await organiser.act(id, 'pause')
    const sent = Object.keys(await received())
    const waiting = people(0, 6).filter(({ email }) => !sent.includes(email))
    const gone = waiting[n] ?? person(0)
    const { json } = await organiser.ask<{ elsewhere: unknown }>('POST', '/api/supporters/look-up', {
      email: gone.email,
      reason: 'post',
    })
    expect(json.elsewhere).toMatchObject([{ kind: 'dispatch', name: id, kept: { campaign, status: 'waiting' } }])
    expect(await sealedAddresses(id)).toContain(gone.email)
    const erased = await organiser.ask('POST', '/api/supporters/erase', { email: gone.email, reason: 'post' })
    expect(erased.json).toEqual({ status: 'erased' })
    const left = await sealedAddresses(id)
    expect(left).not.toContain(gone.email)
    expect(left).toEqual(expect.arrayContaining(waiting.filter((one) => one !== gone).map(({ email }) => email)))
    expect((await organiser.look(id)).counts).toMatchObject({ suppressed: 1, waiting: 4 })
  },
)

test('after 400 days a dispatch and its lanes have no row left, also if the lanes lost their alarms', async () => {
  const { campaign, revision } = await organiser.publish('old')
  await join(people(0, 3))
  const { id } = await organiser.dispatch({ campaign, revision, email: 'appeal' })
  await organiser.finished(id)
  await runInDurableObject(laneOf(bindings, id, 0), (_, { storage }) => storage.deleteAlarm())
  const later = Date.now() + 401 * DAY
  const clock = vi.spyOn(Date, 'now').mockReturnValue(later)
  await runInDurableObject(dispatchOf(bindings, id), (dispatch: Dispatch) => dispatch.alarm())
  clock.mockRestore()
  const left = await runInDurableObject(laneOf(bindings, id, 0), (_: Lane, { storage }) => [
    ...[...storage.kv.list()].map(([key]) => key),
    ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'").toArray(),
  ])
  expect(left).toEqual([])
  const person0 = { fingerprint: await fingerprintOf(person(0)), mailbox: '' }
  expect((await placesOf(bindings).find(person0, '')).found.filter(({ kind }) => kind === 'dispatch')).toEqual([])
})
