import * as z from 'zod'
import { HELD_AFTER, type PauseReason, pauseReason } from '../delivery/pause-reason.ts'
import type { DispatchMoment, Transition } from '../events/domain-event.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { approvalRefusal, firstState } from './approval.ts'
import { ACTIVE_PHASES, type DispatchRequest, dispatchPhaseSchema } from './dispatch-request.ts'

/** The state of a dispatch, without its request and its mail snapshot. Times are epoch milliseconds. */
export const dispatchStateSchema = z.object({
  state: dispatchPhaseSchema,
  paused: z
    .object({ reason: pauseReason, before: dispatchPhaseSchema, at: z.number().exactOptional() })
    .exactOptional(),
  holdPassed: z.literal(true).exactOptional(), // an organiser has resumed it after `holdAfter` people
  lanes: z.int(), // 0 before it starts
  plannedLanes: z.array(z.int()),
  finishedLanes: z.array(z.int()),
  startedAt: z.number().exactOptional(),
  plannedAt: z.number().exactOptional(),
  finishedAt: z.number().exactOptional(),
})
export type DispatchState = z.infer<typeof dispatchStateSchema>

export const initialDispatchState = (request: Pick<DispatchRequest, 'needsApproval'>): DispatchState => ({
  state: firstState(request),
  lanes: 0,
  plannedLanes: [],
  finishedLanes: [],
})

/** The state after a change, with the events of the change. */
export type DispatchTransition = Transition<DispatchState>
/** A change of state, or a sentence for the organiser why it is refused. */
export type StateChange = Result<DispatchTransition, string>

/** Approves a dispatch. Refused unless it awaits approval and `by` is not the organiser who requested it. */
export function approved(
  current: DispatchState,
  moment: DispatchMoment,
  request: Pick<DispatchRequest, 'createdBy'>,
  by: string,
): StateChange {
  const refusal = approvalRefusal(current.state, request, by)
  if (refusal !== null) return err(refusal)
  return ok({ next: { ...current, state: 'scheduled' }, events: [{ type: 'dispatch-approved', ...moment, by }] })
}

/** Starts planning in so many lanes. */
export const started = (current: DispatchState, moment: DispatchMoment, lanes: number): DispatchTransition => ({
  next: { ...current, state: 'planning', lanes, startedAt: moment.at },
  events: [{ type: 'dispatch-started', ...moment, lanes }],
})

/** Pauses an active dispatch. Pausing a paused dispatch succeeds and keeps the first reason. */
export function paused(current: DispatchState, moment: DispatchMoment, reason: PauseReason): StateChange {
  if (current.state === 'paused') return ok(unchanged(current))
  if (!ACTIVE_PHASES.has(current.state)) return err(`it is ${current.state}`)
  return ok({
    next: { ...current, state: 'paused', paused: { reason, before: current.state, at: moment.at } },
    events: [{ type: 'dispatch-paused', ...moment, reason: reason.kind }],
  })
}

/** Cancels a dispatch that has not begun. Refused once it has: then only a cancel ends it. */
export function unscheduled(current: DispatchState, moment: DispatchMoment): StateChange {
  return hasBegun(current) ? err(hasBegunAlready(current)) : cancelled(current, moment)
}

/** Why the time of a dispatch can no longer be changed, as a sentence; null if it can. */
export const rescheduleRefusal = (current: DispatchState): string | null =>
  hasBegun(current) || current.state === 'cancelled' ? hasBegunAlready(current) : null

const hasBegun = ({ lanes, startedAt }: DispatchState): boolean => lanes > 0 || startedAt !== undefined
const hasBegunAlready = ({ state }: DispatchState): string =>
  `it is ${state}: only a dispatch that has not begun has a time to change`

/** Resumes a paused dispatch in its phase before the pause, or in the next one if planning ended meanwhile. */
export function resumed({ paused, ...current }: DispatchState, moment: DispatchMoment): StateChange {
  if (current.state !== 'paused' || paused === undefined) return err(`it is ${current.state}, not paused`)
  const state = paused.before === 'planning' && isPlanned(current) ? 'running' : paused.before
  const passed = paused.reason.kind === HELD_AFTER.kind ? { holdPassed: true as const } : {}
  return ok({ next: { ...current, ...passed, state }, events: [{ type: 'dispatch-resumed', ...moment }] })
}

/** Cancels a dispatch for good. Refused once it is finished or cancelled. */
export function cancelled({ paused: _, ...current }: DispatchState, moment: DispatchMoment): StateChange {
  if (current.state === 'finished' || current.state === 'cancelled') return err(`it is ${current.state}`)
  return ok({
    next: { ...current, state: 'cancelled', finishedAt: moment.at },
    events: [{ type: 'dispatch-cancelled', ...moment }],
  })
}

/** Records that a lane has planned all its people. Repeated reports of a lane change nothing. */
export function lanePlanned(current: DispatchState, moment: DispatchMoment, lane: number): DispatchTransition {
  if (current.plannedLanes.includes(lane)) return unchanged(current)
  const next = { ...current, plannedLanes: [...current.plannedLanes, lane] }
  if (!isPlanned(next)) return unchanged(next)
  const state = next.state === 'planning' ? 'running' : next.state
  return {
    next: { ...next, plannedAt: next.plannedAt ?? moment.at, state },
    events: [{ type: 'dispatch-planned', ...moment }],
  }
}

/** Records that a lane has nothing left to send. The last lane finishes the dispatch. Repeated reports change nothing. */
export function laneFinished(current: DispatchState, moment: DispatchMoment, lane: number): DispatchTransition {
  const next = { ...current, finishedLanes: [...new Set([...current.finishedLanes, lane])] }
  const isOver = next.finishedLanes.length === next.lanes && ACTIVE_PHASES.has(next.state)
  if (!isOver) return unchanged(next)
  return {
    next: { ...next, state: 'finished', finishedAt: moment.at },
    events: [{ type: 'dispatch-finished', ...moment }],
  }
}

/** Records that a lane sends again, since an organiser resolved uncertain batches. Reopens a finished dispatch. */
export function laneReopened(before: DispatchState, moment: DispatchMoment, lane: number): DispatchTransition {
  if (before.state === 'cancelled') return unchanged(before)
  const { finishedAt: _, ...current } = before
  const finishedLanes = current.finishedLanes.filter((finished) => finished !== lane)
  if (current.state !== 'finished') return unchanged({ ...current, finishedLanes })
  return {
    next: { ...current, finishedLanes, state: 'running' },
    events: [{ type: 'dispatch-reopened', ...moment }],
  }
}

const unchanged = (next: DispatchState): DispatchTransition => ({ next, events: [] })

const isPlanned = ({ plannedLanes, lanes }: DispatchState): boolean => lanes > 0 && plannedLanes.length === lanes
