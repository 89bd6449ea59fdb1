import { createHash } from 'node:crypto'
import type { Keyring } from '../../security/keyring.ts'
import { csvReader } from './csv-reader.ts'
import type { NumberedRow } from './decision.ts'
import { ndjsonReader } from './ndjson-reader.ts'
import { type RefusedRow, UnreadableFile } from './refusals.ts'
import { readRow } from './row.ts'
import { sealPeople } from './sealed-rows.ts'
import type { StagedRecord } from './staging.ts'
import { type ImportStatus, type UploadedPart, withIgnored } from './status.ts'
import { utf8Check } from './utf8-check.ts'

/**
 * Rows are staged in so many buckets by a hash of the address, so that all rows of one address meet when their bucket is worked
 * through, without a mark per person.
 */
export const BUCKETS = 64
/** Rows, and bytes of the file, held before they are stored: some megabytes, and few stored records. */
const HELD_ROWS = 20_000
const HELD_BYTES = 8_000_000
/** Rows in one stored record: with the longest names and wordings still under the 2 MB that SQLite takes here. */
const RECORD_ROWS = 400
/** People of one import, so that a bucket stays small enough for memory. */
export const MAX_PEOPLE = 2_000_000

/** What a flush hands over to be stored in one transaction. */
export type StagedFlush = { staged: StagedRecord[]; refused: RefusedRow[] }

export type PartUpload = {
  status: ImportStatus
  part: number
  locales: readonly string[]
  keys: Keyring
  now: number
  store(flush: StagedFlush): void
}

/** What a part came to. */
export type ReceivedPart = { part: UploadedPart; people: number; refused: number; unspoken: number; ignored: string[] }

/**
 * Reads an upload in chunks as they come, staging rows as it goes.
 * @throws Unreadable when the file cannot be read; whatever the stream throws when the upload breaks off.
 */
export async function readPart(body: ReadableStream<Uint8Array>, upload: PartUpload): Promise<ReceivedPart> {
  const { status } = upload
  const before = status.parts.reduce((rows, earlier) => rows + earlier.rows, 0)
  const known = status.counts.people
  let held: NumberedRow[] = []
  let refused: RefusedRow[] = []
  const sum = { people: 0, refused: 0, unspoken: 0, bytes: 0 }
  let ignored = status.ignored
  let seq = 0
  let flushedAt = 0
  const refuse = (row: number, reason: RefusedRow['reason']) => {
    sum.people++
    sum.refused++
    refused.push({ row: before + row, reason })
  }
  const sink = {
    refuse,
    row(row: number, fields: Readonly<Record<string, unknown>>) {
      const read = readRow(fields, upload)
      if (!read.ok) return refuse(row, read.error)
      const { unspoken, ...entry } = read.value
      sum.people++
      if (unspoken) sum.unspoken++
      held.push({ ...entry, row: before + row })
    },
    ignore(name: string) {
      ignored = withIgnored(ignored, name)
    },
  }
  const flush = async () => {
    const staged = await inBuckets(held, upload, () => ++seq)
    upload.store({ staged, refused })
    held = []
    refused = []
    flushedAt = sum.bytes
  }

  const reader = status.format === 'csv' ? csvReader(sink) : ndjsonReader(sink)
  const text = utf8Check()
  const hash = createHash('sha256')
  for await (const chunk of body.values({ preventCancel: true })) {
    sum.bytes += chunk.byteLength
    text.pass(chunk)
    hash.update(chunk)
    await reader.write(chunk)
    if (known + sum.people > MAX_PEOPLE)
      throw new UnreadableFile(`More than ${MAX_PEOPLE} rows: bring the list in several imports. Nothing was imported.`)
    if (held.length + refused.length >= HELD_ROWS || sum.bytes - flushedAt >= HELD_BYTES) await flush()
  }
  text.end()
  const rows = await reader.end()
  await flush()
  return {
    part: { bytes: sum.bytes, rows, hash: hash.digest('hex') },
    people: sum.people,
    refused: sum.refused,
    unspoken: sum.unspoken,
    ignored,
  }
}

/** Reads what is left of a body that has been refused: a client that is still sending would not see the answer. */
export async function readToEnd(body: ReadableStream<Uint8Array>): Promise<void> {
  await body.pipeTo(new WritableStream()).catch(() => {}) // it broke off: there is nobody to answer
}

/** SHA-256 of a body, read to its end. */
export async function hashOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return hash.digest('hex')
}

async function inBuckets(
  entries: readonly NumberedRow[],
  upload: PartUpload,
  seq: () => number,
): Promise<StagedRecord[]> {
  const byBucket = Map.groupBy(entries, ({ email }) => bucketOf(email))
  const records = [...byBucket].flatMap(([bucket, all]) =>
    Array.from({ length: Math.ceil(all.length / RECORD_ROWS) }, (_, n) => ({
      bucket,
      seq: seq(),
      entries: all.slice(n * RECORD_ROWS, (n + 1) * RECORD_ROWS),
    })),
  )
  return Promise.all(
    records.map(async ({ bucket, seq, entries }) => {
      const people = entries.map(({ row, ...rest }) => ({ ...rest, rows: [row] }))
      const place = placeOf(upload.status.id, upload.part, seq)
      return {
        part: upload.part,
        bucket,
        seq,
        people: people.length,
        sealed: await sealPeople(upload.keys, place, people),
      }
    }),
  )
}

/** Where a staged record stands. */
export const placeOf = (id: string, part: number, seq: number): string => `${id}/${part}/${seq}`

/** FNV-1a; it need not be hard to invert, since six bits of it are kept. */
function bucketOf(address: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < address.length; at++) hash = Math.imul(hash ^ address.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % BUCKETS
}
