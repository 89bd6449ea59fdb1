import * as z from 'zod'
import { type PauseReason, pauseReason } from '../delivery/pause-reason.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { ACTIVE_PHASES, type DispatchRequest, dispatchPhaseSchema } from './dispatch-request.ts'

/** How a dispatch stands, besides its order and its frozen mail. Times are epoch milliseconds. */
export const dispatchStateSchema = z.object({
  state: dispatchPhaseSchema,
  paused: z.object({ reason: pauseReason, before: dispatchPhaseSchema }).exactOptional(),
  lanes: z.int(), // 0 before it starts
  plannedLanes: z.array(z.int()),
  finishedLanes: z.array(z.int()),
  startedAt: z.number().exactOptional(),
  plannedAt: z.number().exactOptional(),
  finishedAt: z.number().exactOptional(),
})
export type DispatchState = z.infer<typeof dispatchStateSchema>

export const initialDispatchState = (order: Pick<DispatchRequest, 'needsApproval'>): DispatchState => ({
  state: order.needsApproval ? 'awaiting-approval' : 'scheduled',
  lanes: 0,
  plannedLanes: [],
  finishedLanes: [],
})

/** A change, or the sentence that tells an organiser why not. */
export type StateChange = Result<DispatchState, string>

/** Two people send: whoever asked cannot approve. */
export function approved(current: DispatchState, order: Pick<DispatchRequest, 'createdBy'>, by: string): StateChange {
  if (current.state !== 'awaiting-approval') return err(`it is ${current.state}, not awaiting approval`)
  if (order.createdBy === by) return err('whoever asked for a dispatch cannot approve it: somebody else has to')
  return ok({ ...current, state: 'scheduled' })
}

export const started = (current: DispatchState, lanes: number, now: number): DispatchState => ({
  ...current,
  state: 'planning',
  lanes,
  startedAt: now,
})

export function paused(current: DispatchState, reason: PauseReason): StateChange {
  if (current.state === 'paused') return ok(current)
  if (!ACTIVE_PHASES.has(current.state)) return err(`it is ${current.state}`)
  return ok({ ...current, state: 'paused', paused: { reason, before: current.state } })
}

export function resumed({ paused, ...current }: DispatchState): StateChange {
  if (current.state !== 'paused' || paused === undefined) return err(`it is ${current.state}, not paused`)
  const state = paused.before === 'planning' && isPlanned(current) ? 'running' : paused.before
  return ok({ ...current, state })
}

export function cancelled({ paused: _, ...current }: DispatchState, now: number): StateChange {
  if (current.state === 'finished' || current.state === 'cancelled') return err(`it is ${current.state}`)
  return ok({ ...current, state: 'cancelled', finishedAt: now })
}

export function lanePlanned(current: DispatchState, lane: number, now: number): DispatchState {
  if (current.plannedLanes.includes(lane)) return current
  const next = { ...current, plannedLanes: [...new Set([...current.plannedLanes, lane])] }
  if (!isPlanned(next)) return next
  return { ...next, plannedAt: next.plannedAt ?? now, state: next.state === 'planning' ? 'running' : next.state }
}

export function laneFinished(current: DispatchState, lane: number, now: number): DispatchState {
  const next = { ...current, finishedLanes: [...new Set([...current.finishedLanes, lane])] }
  const over = next.finishedLanes.length === next.lanes && ACTIVE_PHASES.has(next.state)
  return over ? { ...next, state: 'finished', finishedAt: now } : next
}

/** A person has had a lane's uncertain batches sent again. */
export function laneReopened(before: DispatchState, lane: number): DispatchState {
  if (before.state === 'cancelled') return before
  const { finishedAt: _, ...current } = before
  const finishedLanes = current.finishedLanes.filter((finished) => finished !== lane)
  return { ...current, finishedLanes, state: current.state === 'finished' ? 'running' : current.state }
}

const isPlanned = ({ plannedLanes, lanes }: DispatchState): boolean => lanes > 0 && plannedLanes.length === lanes
