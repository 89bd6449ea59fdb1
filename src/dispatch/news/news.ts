import { DAY_MS } from '../../kit/durations.ts'
import { noticesOfPause } from '../dispatch-notices.ts'
import type { DispatchRequest } from '../dispatch-request.ts'
import type { DispatchState } from '../dispatch-state.ts'

/** What organisers get a mail about: a scheduled dispatch has begun, one has paused by itself, or one has finished. */
export type NewsKind = 'began' | 'paused' | 'finished'

/** One piece of news. `at`: when it happened (epoch ms); a kind of news has one mail for each time. */
export type DispatchNews = { kind: NewsKind; at: number }

/** The last news of each kind of which the mail is queued: its time in epoch ms. */
export type QueuedNews = Partial<Record<NewsKind, number>>

/** Milliseconds after which news are no longer news, such as those from before NOTIFY was set. */
const OLD_MS = DAY_MS

/** The news of a dispatch that have no mail yet. A dry run or a practice has none: nothing is sent. */
export function newsDue(
  request: Pick<DispatchRequest, 'id' | 'dryRun' | 'practice' | 'sendAt' | 'createdAt'>,
  { state, paused, startedAt, finishedAt }: DispatchState,
  queued: QueuedNews,
  now: number,
): DispatchNews[] {
  if (request.dryRun || request.practice) return []
  const isScheduled = request.sendAt > request.createdAt
  const stoppedItself = paused !== undefined && noticesOfPause(request.id, paused.reason).length > 0
  const times: Array<[NewsKind, number | undefined]> = [
    ['began', isScheduled ? startedAt : undefined],
    ['paused', state === 'paused' && stoppedItself ? paused.at : undefined],
    ['finished', state === 'finished' ? finishedAt : undefined],
  ]
  return times.flatMap(([kind, at]) =>
    at === undefined || at === queued[kind] || now - at > OLD_MS ? [] : [{ kind, at }],
  )
}
