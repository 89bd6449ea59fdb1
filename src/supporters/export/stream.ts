import { utf8 } from '../../kit/bytes.ts'
import { FREE_PLAN, KV_LIMITS } from '../../kit/platform/limits.ts'
import type { RecordPage } from '../../supporter-list/audience.ts'
import { AUDIENCE_PREFIX } from '../../supporter-list/store.ts'
import { headerOf, rowsOf } from './csv.ts'
import { CURSOR, type ListFormat } from './format.ts'

/** Operations left free in an export, for people who join meanwhile. */
const EXPORT_MARGIN = 60
/** KV and object operations of one export. */
const EXPORT_OPERATIONS = FREE_PLAN.insideSubrequests - EXPORT_MARGIN

/** One response's share of the list. `next` is the cursor of the next share, null after the last. */
export type ExportShare = { cursor: string; next: string | null; operations: number }

/**
 * The largest share from `cursor` that one invocation can read: all supporters, or those with a fingerprint prefix. Lists keys
 * without opening records. People who join meanwhile appear in the next share or the next export.
 * @throws Error when even the smallest share needs more than `budget` operations.
 */
export async function shareFrom(kv: KVNamespace, cursor: string, budget = EXPORT_OPERATIONS): Promise<ExportShare> {
  let operations = 0
  for (let prefix = cursor; CURSOR.test(prefix); prefix += '0') {
    const counted = await countOperations(kv, AUDIENCE_PREFIX + prefix, budget - operations)
    operations += counted.operations
    if (counted.whole) return { cursor: prefix, next: successor(prefix), operations }
  }
  throw new Error(`no share of the list fits into ${budget} operations`)
}

/** Counts the operations of listing a share. `whole` is false when reading the share would exceed the budget. */
async function countOperations(
  kv: KVNamespace,
  prefix: string,
  budget: number,
): Promise<{ whole: boolean; operations: number }> {
  let reading = 0
  let cursor: string | null = null
  for (let listed = 1; ; listed++) {
    const page: KVNamespaceListResult<unknown> = await kv.list({ prefix, cursor })
    const long = page.keys.filter(({ metadata }) => typeof metadata !== 'string').length
    // the list, the recent changes of its range, the suppression check, and records too long for metadata
    reading += 3 + Math.ceil(long / KV_LIMITS.keysPerBulkRead)
    if (listed + reading > budget) return { whole: false, operations: listed }
    if (page.list_complete) return { whole: true, operations: listed }
    cursor = page.cursor
  }
}

/** Next prefix of the same or a shorter length: `3e` → `3f`, `3f` → `4`, `ff` → null. */
function successor(prefix: string): string | null {
  const kept = prefix.replace(/f+$/, '')
  if (kept === '') return null
  return kept.slice(0, -1) + (Number.parseInt(kept.slice(-1), 16) + 1).toString(16)
}

export type ExportDeps = {
  read(prefix: string, cursor: string | undefined, after: string | undefined): Promise<RecordPage>
  /** The given fingerprints that are suppressed, which KV may not show yet. */
  left(fingerprints: string[]): Promise<string[]>
}

/** Result of an export: people written, records that did not decrypt, and whether the whole share was written. */
export type ExportSummary = { people: number; damaged: number; complete: boolean }

/** Streams confirmed supporters, one KV page per pull. Calls `ended` once, also after a failure or cancellation. */
export function exportStream(
  deps: ExportDeps,
  share: ExportShare,
  format: ListFormat,
  ended: (exported: ExportSummary) => Promise<void>,
): ReadableStream<Uint8Array> {
  const prefix = AUDIENCE_PREFIX + share.cursor
  const sum = { people: 0, damaged: 0 }
  let operations = share.operations
  let cursor: string | undefined
  let after: string | undefined
  let header = headerOf(format)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (operations > EXPORT_OPERATIONS) throw new Error('too many people joined during the export: start it again')
        const page = await deps.read(prefix, cursor, after)
        const left =
          page.records.length === 0 ? [] : await deps.left(page.records.map(({ fingerprint }) => fingerprint))
        const staying = page.records.filter(({ fingerprint }) => !left.includes(fingerprint))
        operations += page.operations + 1
        sum.people += staying.length
        sum.damaged += page.damaged
        cursor = page.cursor
        after = page.lastKey ?? after
        const text = header + rowsOf(format, staying)
        header = ''
        if (page.done) await ended({ ...sum, complete: true })
        controller.enqueue(utf8(text))
        if (page.done) controller.close()
      } catch (error) {
        await ended({ ...sum, complete: false })
        controller.error(error)
      }
    },
    cancel: () => ended({ ...sum, complete: false }),
  })
}
