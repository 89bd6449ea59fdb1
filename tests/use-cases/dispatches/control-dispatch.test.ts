import { expect, test } from 'vitest'
import { type DispatchView, dispatchRequestBodySchema } from '../../../src/dispatch/dispatch-request.ts'
import { initialDispatchState } from '../../../src/dispatch/dispatch-state.ts'
import { toDispatchView } from '../../../src/dispatch/dispatch-view.ts'
import { toDispatchRequest } from '../../../src/dispatch/request-faults.ts'
import type { DispatchActionResult } from '../../../src/dispatch/state-propagation.ts'
import type { Actor } from '../../../src/use-cases/actor.ts'
import {
  type ControlledDispatch,
  controlDispatch,
  viewDispatch,
} from '../../../src/use-cases/dispatches/control-dispatch.ts'
import { ferry } from '../../support/campaign.ts'

const actor: Actor = { kind: 'token', name: 'desk' }
const request = dispatchRequestBodySchema.parse({ campaign: ferry.slug, revision: ferry.revision, email: 'appeal' })
const view: DispatchView = toDispatchView(
  toDispatchRequest(request, 'd1', 'desk', true, 0),
  initialDispatchState({ needsApproval: true }),
  [],
)

function dispatchThat(acted: DispatchActionResult) {
  const calls: string[] = []
  const act = (what: string) => {
    calls.push(what)
    return Promise.resolve(acted)
  }
  const dispatch: ControlledDispatch = {
    view: async () => view,
    uncertain: async () => [],
    approve: (by) => act(`approve ${by}`),
    pause: ({ kind, detail }) => act(`pause ${kind}: ${detail}`),
    resume: () => act('resume'),
    cancel: () => act('cancel'),
    unschedule: () => act('unschedule'),
  }
  return { calls, dispatch }
}

test('passes each control to the dispatch, with the actor for approvals and pauses', async () => {
  const { calls, dispatch } = dispatchThat({ ok: true })
  for (const control of ['approve', 'pause', 'resume', 'cancel'] as const)
    expect(await controlDispatch(dispatch, actor, control)).toEqual({ kind: 'done', dispatch: view })
  expect(calls).toEqual(['approve desk', 'pause asked: paused by desk', 'resume', 'cancel'])
})

test('returns the reason when the dispatch refuses', async () => {
  const { dispatch } = dispatchThat({ ok: false, detail: 'it is finished' })
  expect(await controlDispatch(dispatch, actor, 'cancel')).toEqual({ kind: 'not-possible', detail: 'it is finished' })
})

test('shows a dispatch with its uncertain batches', async () => {
  expect(await viewDispatch(dispatchThat({ ok: true }).dispatch)).toEqual({ ...view, uncertainBatches: [] })
})
