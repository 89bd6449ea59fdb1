import { errorMessage } from '../kit/result.ts'
import { noticesOf } from '../objects.ts'
import type { RaisedNotice } from './notice-table.ts'

/**
 * Milliseconds between two requests to the notices object about the same kind and subject. Cases in between are counted
 * with the next one, so a flood of cases costs one request a minute in each isolate.
 */
const APART_MS = 60_000
/** Most subjects remembered by an isolate. */
const MAX_REMEMBERED = 1_000

type Raised = { at: number; held: number }
const raised = new Map<string, Raised>()

/** Tells organisers of a case, once for each kind and subject. Never throws: a notice must not break the work it is about. */
export async function raiseNotice(env: Env, notice: RaisedNotice, now = Date.now()): Promise<void> {
  const key = `${notice.kind} ${notice.subject}`
  const { at, held } = raised.get(key) ?? { at: Number.NEGATIVE_INFINITY, held: 0 }
  const count = held + (notice.count ?? 1)
  if (now >= at && now < at + APART_MS) {
    raised.set(key, { at, held: count })
    return
  }
  if (raised.size >= MAX_REMEMBERED) raised.clear()
  raised.set(key, { at: now, held: 0 })
  try {
    await noticesOf(env).add({ ...notice, count })
  } catch (error) {
    raised.set(key, { at: Number.NEGATIVE_INFINITY, held: count })
    console.error('notice', notice.kind, 'not stored:', errorMessage(error))
  }
}
