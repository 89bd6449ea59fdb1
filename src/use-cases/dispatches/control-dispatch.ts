import type { PauseReason } from '../../delivery/pause-reason.ts'
import type { DispatchUncertainBatch } from '../../dispatch/dispatch-lanes.ts'
import { ASKED } from '../../dispatch/dispatch-notices.ts'
import type { DispatchView } from '../../dispatch/dispatch-request.ts'
import type { DispatchActionResult } from '../../dispatch/state-propagation.ts'
import type { Actor } from '../actor.ts'

/** The methods of a dispatch's Durable Object by which organisers read and control it. */
export type ControlledDispatch = {
  view(): Promise<DispatchView>
  uncertain(): Promise<DispatchUncertainBatch[]>
  approve(by: string): Promise<DispatchActionResult>
  pause(reason: PauseReason): Promise<DispatchActionResult>
  resume(): Promise<DispatchActionResult>
  cancel(): Promise<DispatchActionResult>
  unschedule(): Promise<DispatchActionResult>
}

export type DispatchControl = 'approve' | 'pause' | 'resume' | 'cancel' | 'unschedule'

type ControlOutcome = { kind: 'done'; dispatch: DispatchView } | { kind: 'not-possible'; detail: string }

/** Approves, pauses, resumes, cancels or unschedules a dispatch. Resolves once every lane has acknowledged the change. */
export async function controlDispatch(
  dispatch: ControlledDispatch,
  actor: Actor,
  control: DispatchControl,
): Promise<ControlOutcome> {
  const acted = await act(dispatch, actor, control)
  return acted.ok ? { kind: 'done', dispatch: await dispatch.view() } : { kind: 'not-possible', detail: acted.detail }
}

function act(dispatch: ControlledDispatch, actor: Actor, control: DispatchControl): Promise<DispatchActionResult> {
  switch (control) {
    case 'approve':
      return dispatch.approve(actor.name)
    case 'pause':
      return dispatch.pause({ kind: ASKED, detail: `paused by ${actor.name}` })
    case 'resume':
      return dispatch.resume()
    case 'cancel':
      return dispatch.cancel()
    case 'unschedule':
      return dispatch.unschedule()
  }
}

/** A dispatch with its uncertain batches. */
export async function viewDispatch(
  dispatch: Pick<ControlledDispatch, 'view' | 'uncertain'>,
): Promise<DispatchView & { uncertainBatches: DispatchUncertainBatch[] }> {
  const [view, uncertainBatches] = await Promise.all([dispatch.view(), dispatch.uncertain()])
  return { ...view, uncertainBatches }
}
