import { addCounts, addPerLocale, noCounts } from '../delivery/counts.ts'
import { addDelivery, noDelivery } from '../delivery/delivery-events.ts'
import type { Order, Told } from './dispatch-request.ts'
import type { Standing } from './dispatch-state.ts'
import type { LaneReport } from './lane/lane-report.ts'
import { followUpAfter } from './overlap.ts'

/** Epoch ms that a later dispatch may name as `confirmedAfter`; null while this one is still reading its people. */
export const followUpOf = ({ plannedAt, startedAt }: Standing): number | null =>
  plannedAt === undefined || startedAt === undefined ? null : followUpAfter(startedAt)

/** A dispatch as the API tells it: its order, how it stands, and the counts its lanes make from their rows. */
export function tell(order: Order, standing: Standing, reports: readonly LaneReport[]): Told {
  const counts = noCounts()
  const perLocale: Told['perLocale'] = {}
  const delivery = noDelivery()
  let damaged = 0
  for (const report of reports) {
    addCounts(counts, report.counts)
    addPerLocale(perLocale, report.perLocale)
    addDelivery(delivery, report.delivery)
    damaged += report.damaged
  }
  const { state, paused, startedAt, finishedAt } = standing
  const followUp = followUpOf(standing)
  return {
    id: order.id,
    campaign: order.campaign,
    revision: order.revision,
    email: order.email,
    ...(order.updateId !== undefined && { updateId: order.updateId }),
    audience: order.audience,
    dryRun: order.dryRun,
    state,
    ...(paused && { paused: paused.reason }),
    counts,
    perLocale,
    delivery,
    ...(damaged > 0 && { damaged }),
    createdAt: iso(order.createdAt),
    ...(order.sendAt > order.createdAt && { sendAt: iso(order.sendAt) }),
    ...(startedAt !== undefined && { startedAt: iso(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: iso(finishedAt) }),
    ...(followUp !== null && { followUpAfter: iso(followUp) }),
  }
}

const iso = (at: number): string => new Date(at).toISOString()
