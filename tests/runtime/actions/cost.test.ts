import { reset, runInDurableObject } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import { campaignActionsOf } from '../../../src/objects.ts'
import { ferry } from '../../support/campaign.ts'
import { rowsOfActs } from '../../support/counted-acts.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })

const target = (id: string) => ({
  id,
  role: 'Director',
  locale: 'en',
  salutation: 'Dear Director',
  channels: { email: [`${id}@desk.example`] },
  ladder: ['each' as const],
  caps: { perHour: 1_000_000 },
})
const campaignOf = (slug: string) => ({
  ...ferry,
  slug,
  targets: [target('one')],
  copies: [],
  support: [],
})

/** Rows by which an act may differ, such as when another page of a receipt's mailbox is read. */
const A_FEW = 6

test('an act costs as many rows after two hundred writers as after five, also in an object that has just started', async () => {
  await reset()
  const few = await rowsOfActs(campaignOf('few'), 5)
  const many = await rowsOfActs(campaignOf('many'), 200)
  for (const [act, { read, written }] of Object.entries(many)) {
    expect.soft(read - (few[act]?.read ?? 0), `${act}: rows read`).toBeLessThanOrEqual(A_FEW)
    expect.soft(written - (few[act]?.written ?? 0), `${act}: rows written`).toBeLessThanOrEqual(A_FEW)
  }
  expect(many['self-report, the alarm is set']?.written).toBe(1)
})

test('a question about a campaign in which nobody has acted stores nothing', async () => {
  await reset()
  const untouched = campaignActionsOf(bindings, 'untouched')
  expect(await untouched.findPersonalData('f'.repeat(32))).toBeNull()
  await untouched.erase('f'.repeat(32))
  await untouched.wake()
  await untouched.handleCampaignChange()
  await untouched.stopCopies('f'.repeat(32))
  await untouched.stopWriterUpdates('f'.repeat(32))
  expect(await untouched.report()).toMatchObject({ numbers: { confirmed: 0, waiting: 0 }, stopped: [], uncertain: [] })
  expect(await untouched.listPendingSubmissions(10)).toEqual([])
  expect(await untouched.confirmLetter('none')).toEqual({ kind: 'gone' })
  const stored = await runInDurableObject(untouched, (_, { storage }) => [
    storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
    [...storage.kv.list()],
  ])
  expect(stored).toEqual([[], []])
})
