import { expect, test } from 'vitest'
import { type DispatchView, dispatchRequestBodySchema } from '../../src/dispatch/dispatch-request.ts'
import { initialDispatchState } from '../../src/dispatch/dispatch-state.ts'
import { toDispatchView } from '../../src/dispatch/dispatch-view.ts'
import { toDispatchRequest } from '../../src/dispatch/request-faults.ts'
import { listDispatches, statistics } from '../../src/use-cases/statistics.ts'
import { ferry } from '../support/campaign.ts'

const request = dispatchRequestBodySchema.parse({ campaign: ferry.slug, revision: ferry.revision, email: 'appeal' })
const viewOf = (id: string): DispatchView =>
  toDispatchView(toDispatchRequest(request, id, 'desk', false, 0), initialDispatchState({ needsApproval: false }), [])

const depsWith = (ids: string[], live: string[] = []) => ({
  supporters: async () => ({ people: 7, complete: true, at: 0 }),
  suppressed: async () => ({ unsubscribed: 2 }),
  campaigns: async () => [{ status: 'open' }, { status: 'open' }, { status: 'won' }],
  listed: async (limit: number) => ({
    dispatches: ids.slice(0, limit).map((id) => ({ id, view: viewOf(id), isLive: live.includes(id) })),
    count: ids.length,
    stopped: null,
  }),
  dispatch: async (id: string) => ({ ...viewOf(id), damaged: 1 }),
})

test('counts campaigns by every status, including statuses without a campaign', async () => {
  expect(await statistics(depsWith(['d2', 'd1']))).toEqual({
    supporters: { people: 7, complete: true, countedAt: '1970-01-01T00:00:00.000Z' },
    departed: { unsubscribed: 2 },
    campaigns: { draft: 0, open: 2, won: 1, closed: 0 },
    dispatches: 2,
    newestDispatch: viewOf('d2'),
  })
})

test('newestDispatch is null without dispatches', async () => {
  expect((await statistics(depsWith([]))).newestDispatch).toBeNull()
})

test('lists the newest 25 dispatches', async () => {
  const ids = Array.from({ length: 40 }, (_, n) => `d${n}`)
  expect((await listDispatches(depsWith(ids))).map(({ id }) => id)).toEqual(ids.slice(0, 25))
})

test('asks only dispatches that plan or send, at most twenty', async () => {
  const ids = Array.from({ length: 25 }, (_, n) => `d${n}`)
  const asked = async (live: string[]) =>
    (await listDispatches(depsWith(ids, live))).flatMap(({ id, damaged }) => (damaged === 1 ? [id] : []))
  expect(await asked(['d3', 'd9'])).toEqual(['d3', 'd9'])
  expect(await asked(ids)).toEqual(ids.slice(0, 20))
  expect((await statistics(depsWith(ids, ['d0']))).newestDispatch).toMatchObject({ id: 'd0', damaged: 1 })
})
