import { sha256Hex } from '../../kit/bytes.ts'
import type { ListFormat } from '../../supporters/export/format.ts'
import type { PermissionAnswers } from '../../supporters/import/permissions/permission.ts'
import { describeReason } from '../../supporters/import/refusals.ts'
import type { ImportRequest, ImportView, UploadReceipt } from '../../supporters/import/status.ts'
import type { Transfer } from '../../supporters/import/transfers.ts'
import type { Actor } from '../actor.ts'
import { type TransferView, transferView } from './list-transfers.ts'

/** Refused rows per page of the report. */
const REPORT_PAGE = 1_000
const ID = /^[0-9a-f]{32}$/

/** The methods of one import's Durable Object that the use cases call. */
export type ImportObject = {
  receive(request: ImportRequest, part: number, more: boolean, body: ReadableStream<Uint8Array>): Promise<UploadReceipt>
  view(): Promise<ImportView | null>
  report(after: number, most: number): Promise<Array<{ row: number; reason: string }>>
  cancel(): Promise<ImportView | false>
}

export type ImportListDeps = {
  now: number // epoch ms
  transfer(id: string): Promise<Transfer | null>
  import(id: string): ImportObject
}

/** Id of an import: the same for the same actor and Idempotency-Key, random without a key. */
export const importIdFor = async ({ name }: Actor, key: string | undefined): Promise<string> =>
  (await sha256Hex(`import/${name}/${key ?? crypto.randomUUID()}`)).slice(0, 32)

/** The record of an import; null if there is none of this id. */
export async function findImport(deps: Pick<ImportListDeps, 'transfer'>, id: string): Promise<Transfer | null> {
  const known = ID.test(id) ? await deps.transfer(id) : null
  return known?.kind === 'import' ? known : null
}

/**
 * How to read a list. `locale`: language of rows that name none. `perMinute`: highest rate of confirmation mails. `answers`: what words of
 * the file mean.
 */
export type ListOptions = { format: ListFormat; locale: string; perMinute: number; answers?: PermissionAnswers }

/** One upload. `known`: the import that the part belongs to, for every part after the first. `more`: another part follows. */
type ReceiveInput = {
  actor: Actor
  id: string
  known?: Transfer
  part: number
  more: boolean
  options: ListOptions
  body: ReadableStream<Uint8Array>
}

export type ReceiveOutcome = UploadReceipt | { kind: 'other-format'; expected: ListFormat }

/** Receives a list, or one part of a list. All parts must have the format of the first. */
export async function receiveList(
  deps: Pick<ImportListDeps, 'now' | 'import'>,
  { actor, id, known, part, more, options, body }: ReceiveInput,
): Promise<ReceiveOutcome> {
  if (known !== undefined && known.format !== options.format) return { kind: 'other-format', expected: known.format }
  const request: ImportRequest = { id, by: actor.name, at: deps.now, ...options }
  return deps.import(id).receive(request, part, more, body)
}

type ImportDetail = (ImportView | TransferView) & {
  report: Array<{ row: number; reason: string }>
  nextAfter: number | null
}

/** An import with a page of its refused rows. `nextAfter`: the value of `after` for the next page; null on the last. */
export async function viewImport(deps: ImportListDeps, known: Transfer, after: number): Promise<ImportDetail> {
  const object = deps.import(known.id)
  const [view, rows] = await Promise.all([object.view(), object.report(after, REPORT_PAGE)])
  const report = rows.map(({ row, reason }) => ({ row, reason: describeReason(reason) }))
  const nextAfter = rows.length === REPORT_PAGE ? (rows.at(-1)?.row ?? null) : null
  return { ...(view ?? transferView(known)), report, nextAfter }
}

/** Cancels an import; false if the import has ended. People who were imported stay on the list. */
export const cancelImport = (deps: Pick<ImportListDeps, 'import'>, input: { actor: Actor; id: string }) =>
  deps.import(input.id).cancel()
