import type { RaisedNotice } from '../../notices/notice-table.ts'
import type { ListFormat } from '../../supporters/export/format.ts'
import { type ExportDeps, type ExportShare, type ExportSummary, exportStream } from '../../supporters/export/stream.ts'
import type { Transfer } from '../../supporters/import/transfers.ts'
import type { Actor } from '../actor.ts'

export type ExportListDeps = ExportDeps & {
  now(): number // epoch ms
  newId(): string
  share(cursor: string): Promise<ExportShare>
  note(transfer: Transfer): Promise<void>
  notice(raised: RaisedNotice): Promise<void>
}

/** `cursor`: the `next` of the share before; '' for the first share. */
type ExportListInput = { actor: Actor; format: ListFormat; cursor: string }

type ExportedList = { share: ExportShare; stream: ReadableStream<Uint8Array> }

/** Streams one share of the confirmed supporters; a small list is one share. The export is recorded before the first row leaves. */
export async function exportSupporters(
  deps: ExportListDeps,
  { actor, format, cursor }: ExportListInput,
): Promise<ExportedList> {
  const transfer = { id: deps.newId(), kind: 'export' as const, by: actor.name, at: deps.now(), format }
  await deps.note({ ...transfer, share: cursor, state: 'under-way', counts: {}, finishedAt: null })
  const share = await deps.share(cursor)
  const ended = async ({ people, damaged, complete }: ExportSummary): Promise<void> => {
    const state = complete ? 'finished' : 'broken-off'
    const counts = { people, damaged }
    if (damaged > 0) await deps.notice({ kind: 'export-incomplete', subject: transfer.id, count: damaged })
    await deps.note({ ...transfer, share: share.cursor, state, counts, finishedAt: deps.now() }).catch(
      // The list has been sent. The record stays at 'under-way'.
      (error: unknown) => console.error(`The end of export ${transfer.id} was not recorded:`, error),
    )
  }
  return { share, stream: exportStream(deps, share, format, ended) }
}
