import { utf8 } from '../../kit/bytes.ts'
import type { RecordPage } from '../../supporter-list/audience.ts'
import { AUDIENCE_PREFIX } from '../../supporter-list/store.ts'
import { headerOf, rowsOf } from './csv.ts'
import { CURSOR, type ListFormat } from './format.ts'

/** What the platform allows an invocation to ask of KV and of other objects together, less a margin for people who join meanwhile. */
export const EXPORT_OPERATIONS = 940
/** Keys KV reads in one operation. */
const BULK_GET_KEYS = 100

/** One answer's share of the list, and the cursor of the next; null when this is the last. */
export type ExportShare = { cursor: string; next: string | null; operations: number }

/**
 * As many people as one invocation can read: everybody, or those whose fingerprints begin with some digits. Counting lists keys and
 * opens nothing; who joins meanwhile is in the next share or the next export.
 */
export async function shareFrom(kv: KVNamespace, cursor: string, budget = EXPORT_OPERATIONS): Promise<ExportShare> {
  let operations = 0
  for (let prefix = cursor; CURSOR.test(prefix); prefix += '0') {
    const counted = await countOperations(kv, AUDIENCE_PREFIX + prefix, budget - operations)
    operations += counted.operations
    if (counted.whole) return { cursor: prefix, next: successor(prefix), operations }
  }
  throw new Error(`no share of the list can be read with ${budget} operations`)
}

/** What reading a share would take, as far as it still fits. */
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
    reading += 2 + Math.ceil(long / BULK_GET_KEYS) // the list, who has left, and records too long for a list
    if (listed + reading > budget) return { whole: false, operations: listed }
    if (page.list_complete) return { whole: true, operations: listed }
    cursor = page.cursor
  }
}

/** `3e` → `3f`, `3f` → `4`, `ff` → null. */
function successor(prefix: string): string | null {
  const kept = prefix.replace(/f+$/, '')
  if (kept === '') return null
  return kept.slice(0, -1) + (Number.parseInt(kept.slice(-1), 16) + 1).toString(16)
}

export type ExportDeps = {
  read(prefix: string, cursor: string | undefined, after: string | undefined): Promise<RecordPage>
  /** Those of the given who have left, which KV may not show yet. */
  left(fingerprints: string[]): Promise<string[]>
}

/** Told at the end: whether everybody of the share was written, and how many records did not open. */
export type ExportSummary = { people: number; damaged: number; complete: boolean }

/** Confirmed supporters as a stream, a page of KV at a time and no faster than it is read. */
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
        if (operations > EXPORT_OPERATIONS) throw new Error('more people joined during the export than it can take')
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
