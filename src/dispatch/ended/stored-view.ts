import * as z from 'zod'
import { groupCounts } from '../../delivery/counts.ts'
import { pauseReason } from '../../delivery/pause-reason.ts'
import { BULK_EMAILS } from '../../emails/message.ts'
import { parseJson } from '../../kit/parse-json.ts'
import {
  type DispatchRequest,
  type DispatchView,
  dispatchPhaseSchema,
  storedDispatchAudience,
} from '../dispatch-request.ts'
import { initialDispatchState } from '../dispatch-state.ts'
import { toDispatchView } from '../dispatch-view.ts'
import { leftOutSchema } from '../lane/lane-report.ts'

/** A dispatch's view as the registry stores it. */
const storedView = z.object({
  id: z.string(),
  campaign: z.string(),
  revision: z.string(),
  email: z.enum(BULK_EMAILS),
  updateId: z.string().exactOptional(),
  audience: storedDispatchAudience,
  dryRun: z.boolean(),
  practice: z.literal(true).exactOptional(),
  state: dispatchPhaseSchema,
  paused: pauseReason.exactOptional(),
  counts: groupCounts,
  perLocale: z.record(z.string(), groupCounts),
  delivery: z.object({ delivered: z.int(), deferred: z.int(), bounced: z.int(), complained: z.int() }),
  leftOut: leftOutSchema.exactOptional(),
  damaged: z.int().exactOptional(),
  createdAt: z.string(),
  sendAt: z.string().exactOptional(),
  holdAfter: z.number().exactOptional(),
  startedAt: z.string().exactOptional(),
  followUpAfter: z.string().exactOptional(),
  finishedAt: z.string().exactOptional(),
})

/** What the registry knows of a dispatch. `isLive`: only the dispatch itself knows its counts. */
export type ListedDispatch = { id: string; view: DispatchView; isLive: boolean }

/** A row of the registry as a list shows it. `text`: the stored view, null if there is none. */
export function toListedDispatch(
  request: DispatchRequest,
  state: DispatchView['state'],
  text: string | null,
): ListedDispatch {
  const stored = storedView.safeParse(text === null ? null : parseJson(text))
  const view: DispatchView = stored.success
    ? stored.data
    : { ...toDispatchView(request, initialDispatchState(request), []), state }
  const hasNoCountsYet = state === 'awaiting-approval' || state === 'scheduled'
  const isKnown = stored.success && stored.data.state === state
  return { id: request.id, view, isLive: !hasNoCountsYet && !isKnown }
}
