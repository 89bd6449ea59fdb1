import { transfersOf } from '../../objects.ts'
import type { ImportStore } from './state.ts'
import type { ImportStatus } from './status.ts'

/** Writes the import's state to the transfer log, and marks it as recorded. */
export async function recordState(env: Env, state: ImportStore, status: ImportStatus): Promise<void> {
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
