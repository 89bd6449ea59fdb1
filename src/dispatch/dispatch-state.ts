import * as z from 'zod'
import { type PauseReason, pauseReason } from '../delivery/pause-reason.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { GOING, type Order, stateSchema } from './dispatch-request.ts'

/** How a dispatch stands, besides its order and its frozen mail. Times are epoch milliseconds. */
export const standingSchema = z.object({
  state: stateSchema,
  paused: z.object({ reason: pauseReason, before: stateSchema }).exactOptional(),
  lanes: z.int(), // 0 before it starts
  plannedLanes: z.array(z.int()),
  finishedLanes: z.array(z.int()),
  startedAt: z.number().exactOptional(),
  plannedAt: z.number().exactOptional(),
  finishedAt: z.number().exactOptional(),
})
export type Standing = z.infer<typeof standingSchema>

export const initialStanding = (order: Pick<Order, 'needsApproval'>): Standing => ({
  state: order.needsApproval ? 'awaiting-approval' : 'scheduled',
  lanes: 0,
  plannedLanes: [],
  finishedLanes: [],
})

/** A change, or the sentence that tells an organiser why not. */
export type Change = Result<Standing, string>

/** Two people send: whoever asked cannot approve. */
export function approved(standing: Standing, order: Pick<Order, 'createdBy'>, by: string): Change {
  if (standing.state !== 'awaiting-approval') return err(`it is ${standing.state}, not awaiting approval`)
  if (order.createdBy === by) return err('whoever asked for a dispatch cannot approve it: somebody else has to')
  return ok({ ...standing, state: 'scheduled' })
}

export const started = (standing: Standing, lanes: number, now: number): Standing => ({
  ...standing,
  state: 'planning',
  lanes,
  startedAt: now,
})

export function paused(standing: Standing, reason: PauseReason): Change {
  if (standing.state === 'paused') return ok(standing)
  if (!GOING.has(standing.state)) return err(`it is ${standing.state}`)
  return ok({ ...standing, state: 'paused', paused: { reason, before: standing.state } })
}

export function resumed({ paused, ...standing }: Standing): Change {
  if (standing.state !== 'paused' || paused === undefined) return err(`it is ${standing.state}, not paused`)
  const state = paused.before === 'planning' && isPlanned(standing) ? 'running' : paused.before
  return ok({ ...standing, state })
}

export function cancelled({ paused: _, ...standing }: Standing, now: number): Change {
  if (standing.state === 'finished' || standing.state === 'cancelled') return err(`it is ${standing.state}`)
  return ok({ ...standing, state: 'cancelled', finishedAt: now })
}

export function lanePlanned(standing: Standing, lane: number, now: number): Standing {
  if (standing.plannedLanes.includes(lane)) return standing
  const next = { ...standing, plannedLanes: [...new Set([...standing.plannedLanes, lane])] }
  if (!isPlanned(next)) return next
  return { ...next, plannedAt: next.plannedAt ?? now, state: next.state === 'planning' ? 'running' : next.state }
}

export function laneFinished(standing: Standing, lane: number, now: number): Standing {
  const next = { ...standing, finishedLanes: [...new Set([...standing.finishedLanes, lane])] }
  const over = next.finishedLanes.length === next.lanes && GOING.has(next.state)
  return over ? { ...next, state: 'finished', finishedAt: now } : next
}

/** A person has had a lane's uncertain batches sent again. */
export function laneReopened(before: Standing, lane: number): Standing {
  if (before.state === 'cancelled') return before
  const { finishedAt: _, ...standing } = before
  const finishedLanes = standing.finishedLanes.filter((finished) => finished !== lane)
  return { ...standing, finishedLanes, state: standing.state === 'finished' ? 'running' : standing.state }
}

const isPlanned = ({ plannedLanes, lanes }: Standing): boolean => lanes > 0 && plannedLanes.length === lanes
