import { errorMessage } from '../../kit/result.ts'
import { transfersOf } from '../../objects.ts'
import type { ImportStore } from './state.ts'
import type { ImportStatus } from './status.ts'

/** Writes the import's state to the transfer log, unless it is there. Returns whether it is. */
export async function recordState(env: Env, state: ImportStore, status: ImportStatus): Promise<boolean> {
  if (state.isRecorded()) return true
  try {
    await record(env, state, status)
    return true
  } catch (error) {
    console.error('import', status.id, errorMessage(error))
    return false
  }
}

async function record(env: Env, state: ImportStore, status: ImportStatus): Promise<void> {
  const { id, by, at, format, counts, finishedAt } = status
  await transfersOf(env).recordTransfer({
    id,
    kind: 'import',
    by,
    at,
    format,
    state: status.state,
    counts,
    finishedAt: finishedAt ?? null,
    share: null,
  })
  state.markRecorded(status)
}
