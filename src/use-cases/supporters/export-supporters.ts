import type { ListFormat } from '../../supporters/export/format.ts'
import { type ExportDeps, type ExportShare, type ExportSummary, exportStream } from '../../supporters/export/stream.ts'
import type { Transfer } from '../../supporters/import/transfers.ts'
import type { Actor } from '../actor.ts'

export type ExportListDeps = ExportDeps & {
  now(): number // epoch ms
  newId(): string
  share(cursor: string): Promise<ExportShare>
  note(transfer: Transfer): Promise<void>
}

/** `cursor`: of the share before, '' for the first. */
export type ExportListInput = { actor: Actor; format: ListFormat; cursor: string }

export type ExportedList = { share: ExportShare; stream: ReadableStream<Uint8Array> }

/** The confirmed supporters, or a share of them, as a stream. The export is recorded before the first of them leaves. */
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
    await deps.note({ ...transfer, share: share.cursor, state, counts, finishedAt: deps.now() }).catch(
      (error: unknown) => console.error('export', transfer.id, error), // it is recorded as under way, and the list has left
    )
  }
  return { share, stream: exportStream(deps, share, format, ended) }
}
