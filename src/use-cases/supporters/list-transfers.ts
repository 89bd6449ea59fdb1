import { TRANSFERS_PAGE, type Transfer } from '../../supporters/import/transfers.ts'

export type TransferDeps = {
  transfer(id: string): Promise<Transfer | null>
  transfers(kind: Transfer['kind'] | null, before: string | null): Promise<Transfer[]>
}

/** An import or export as organisers see it; times in ISO 8601. */
export type TransferView = Pick<Transfer, 'id' | 'kind' | 'state' | 'by' | 'format'> & {
  startedAt: string
  finishedAt?: string
  share?: string
} & Partial<Record<'people' | 'imported' | 'confirming' | 'merged' | 'refused' | 'damaged', number>>

type TransferPage = { transfers: TransferView[]; nextBefore: string | null }

/** A page of imports and exports, newest first, after the transfer `before`. Null if `before` does not exist. */
export async function listTransfers(
  deps: TransferDeps,
  kind: Transfer['kind'] | null,
  before: string | null,
): Promise<TransferPage | null> {
  if (before !== null && (await deps.transfer(before)) === null) return null
  const page = await deps.transfers(kind, before)
  const nextBefore = page.length === TRANSFERS_PAGE ? (page.at(-1)?.id ?? null) : null
  return { transfers: page.map(transferView), nextBefore }
}

export function transferView({ id, kind, state, by, format, at, finishedAt, counts, share }: Transfer): TransferView {
  const startedAt = new Date(at).toISOString()
  const ended = finishedAt === null ? {} : { finishedAt: new Date(finishedAt).toISOString() }
  return { id, kind, state, by, format, startedAt, ...ended, ...counts, ...(share !== null && { share }) }
}
