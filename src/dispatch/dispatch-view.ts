import { addCounts, addPerLocale, noCounts } from '../delivery/counts.ts'
import { addDeliveryCounts, noDeliveryCounts } from '../delivery/delivery-events.ts'
import { defined } from '../kit/defined.ts'
import type { DispatchRequest, DispatchView } from './dispatch-request.ts'
import type { DispatchState } from './dispatch-state.ts'
import { type LaneReport, NOBODY_LEFT_OUT } from './lane/lane-report.ts'
import { followUpAfter } from './overlap.ts'

/** Earliest `confirmedAfter` (epoch ms) for a later dispatch to people who joined since; null until this dispatch has planned. */
export const followUpOf = ({ plannedAt, startedAt }: DispatchState): number | null =>
  plannedAt === undefined || startedAt === undefined ? null : followUpAfter(startedAt)

/** A dispatch as the API shows it, with the sums of its lanes' reports. */
export function toDispatchView(
  request: DispatchRequest,
  current: DispatchState,
  reports: readonly LaneReport[],
): DispatchView {
  const counts = noCounts()
  const perLocale: DispatchView['perLocale'] = {}
  const delivery = noDeliveryCounts()
  let damaged = 0
  const leftOut = { ...NOBODY_LEFT_OUT }
  let waiting: LaneReport['waiting']
  for (const report of reports) {
    addCounts(counts, report.counts)
    addPerLocale(perLocale, report.perLocale)
    addDeliveryCounts(delivery, report.delivery)
    damaged += report.damaged
    for (const reason of ['reached', 'paused', 'suppressed'] as const) leftOut[reason] += report.leftOut?.[reason] ?? 0
    if (report.waiting !== undefined && !(waiting && waiting.until >= report.waiting.until)) waiting = report.waiting
  }
  const { state, paused, startedAt, finishedAt } = current
  const followUp = followUpOf(current)
  return {
    id: request.id,
    campaign: request.campaign,
    revision: request.revision,
    email: request.email,
    ...defined({ updateId: request.updateId }),
    audience: request.audience,
    dryRun: request.dryRun,
    ...defined({ practice: request.practice }),
    state,
    ...(paused && { paused: paused.reason }),
    counts,
    perLocale,
    delivery,
    ...(damaged > 0 && { damaged }),
    ...(request.dryRun && { leftOut }),
    ...(waiting && state === 'planning' && { waiting: { reason: waiting.reason, until: iso(waiting.until) } }),
    createdAt: iso(request.createdAt),
    ...(request.sendAt > request.createdAt && { sendAt: iso(request.sendAt) }),
    ...defined({ holdAfter: request.holdAfter }),
    ...(startedAt !== undefined && { startedAt: iso(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: iso(finishedAt) }),
    ...(followUp !== null && { followUpAfter: iso(followUp) }),
  }
}

const iso = (at: number): string => new Date(at).toISOString()
