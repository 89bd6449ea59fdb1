import { ApiError, call, type Schemas } from '../client.ts'
import type { Deployment } from '../command.ts'
import { fetchDispatch, fetchDispatches } from './find-dispatch.ts'
import { whyPaused } from './pause-words.ts'

type NoticeNow = Schemas['Notice']
type Looked = Pick<Schemas['Dispatch'], 'id' | 'state' | 'counts' | 'paused' | 'holdAfter'>

/** Most dispatches that are looked at one by one: older ones than those listed. Their notices are shown as they are beyond it. */
const MAX_LOOKS = 25

/** Kinds that are about a dispatch, and whether one is still so that something is to be done. */
const STILL_OPEN: Partial<Record<string, (dispatch: Looked) => boolean>> = {
  'dispatch-paused': ({ state }) => state === 'paused',
  'dispatch-waiting': ({ state }) => state === 'planning',
  'dispatch-uncertain': ({ counts }) => counts.uncertain > 0,
}

/** A notice with what its subject is like now. `settled`: nothing is to be done any more. `why`: of a dispatch that is paused. */
export type LookedNotice = NoticeNow & { settled: boolean; why?: string }

/** Asks the state of what notices are about: of dispatches, and of the stop of everything. */
export async function lookedAt(deployment: Deployment, notices: readonly NoticeNow[]): Promise<LookedNotice[]> {
  const isStopped = notices.some(({ kind }) => kind === 'everything-stopped')
    ? (await call(deployment, 'get', '/api/stats', {})).json.stopped !== undefined
    : false
  const found = await dispatchesOf(deployment, notices)
  return notices.map((notice) => withState(notice, isStopped, found.get(notice.subject)))
}

/** A notice and the state of its dispatch: undefined if that is not known, null if its records were deleted. */
export function withState(notice: NoticeNow, isStopped: boolean, dispatch: Looked | null | undefined): LookedNotice {
  const { kind } = notice
  if (kind === 'everything-stopped') return { ...notice, settled: !isStopped }
  const isOpen = STILL_OPEN[kind]
  if (isOpen === undefined) return { ...notice, settled: false }
  const settled = dispatch === null || (dispatch !== undefined && !isOpen(dispatch))
  const { paused, holdAfter } = dispatch ?? {}
  return { ...notice, settled, ...(paused && { why: `${upper(whyPaused({ paused, holdAfter }))}.` }) }
}

const upper = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

async function dispatchesOf(
  deployment: Deployment,
  notices: readonly NoticeNow[],
): Promise<Map<string, Looked | null>> {
  const ids = new Set(notices.filter(({ kind }) => kind in STILL_OPEN).map(({ subject }) => subject))
  const found = new Map<string, Looked | null>()
  if (ids.size === 0) return found
  for (const dispatch of await fetchDispatches(deployment)) found.set(dispatch.id, dispatch)
  const others = [...ids].filter((id) => !found.has(id)).slice(0, MAX_LOOKS)
  for (const id of others) found.set(id, await fetchDispatch(deployment, id).catch(nullIfGone))
  return found
}

function nullIfGone(error: unknown): null {
  if (error instanceof ApiError && error.problem?.status === 404) return null
  throw error
}
