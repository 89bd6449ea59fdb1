import { createHash } from 'node:crypto'
import { err, ok } from '../../kit/result.ts'
import { mailboxOf } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { csvReader } from './csv-reader.ts'
import type { NumberedRow } from './decision.ts'
import { ndjsonReader } from './ndjson-reader.ts'
import { NO_ANSWERS } from './permissions/permission.ts'
import { type OtherCells, PermissionReader } from './permissions/permission-reader.ts'
import { type RefusedRow, UnreadableFile } from './refusals.ts'
import { readRow } from './row.ts'
import { sealPeople } from './sealed-rows.ts'
import type { StagedRecord } from './staging.ts'
import { type ImportStatus, type UploadedPart, withIgnored } from './status.ts'
import { utf8Check } from './utf8-check.ts'

/**
 * Number of buckets in which rows are staged, by a hash of the mailbox. All rows of one mailbox are in one bucket, so no mark
 * per person is needed.
 */
const BUCKETS = 64
/** Maximum rows and bytes held in memory before they are stored: some megabytes, and few stored records. */
const HELD_ROWS = 20_000
const HELD_BYTES = 8_000_000
/** Rows in one stored record: stays under SQLite's 2 MB with the longest names and wordings. */
const RECORD_ROWS = 400
/** Maximum people of one import, so that a bucket fits into memory. */
const MAX_PEOPLE = 2_000_000
const TOO_MANY = `More than ${MAX_PEOPLE} rows: split the list into several imports. Nothing was imported.`

const NOBODY =
  'The file holds no person: expected a row or a line for each, below the header line of a CSV. Nothing was imported.'

/** Rows and refusals to be stored in one transaction. */
type StagedFlush = { staged: StagedRecord[]; refused: RefusedRow[] }

type PartUpload = {
  status: ImportStatus
  part: number
  locales: readonly string[]
  keys: Keyring
  now: number
  store(flush: StagedFlush): void
}

/** Result of reading one part. */
type ReceivedPart = {
  part: UploadedPart
  people: number
  refused: number
  unspoken: number
  unnamed: number
  ignored: string[]
}

/**
 * Reads an uploaded part chunk by chunk and stages its rows.
 * @throws UnreadableFile when the file cannot be read, and any error of the stream when the upload breaks off.
 */
export async function readPart(body: ReadableStream<Uint8Array>, upload: PartUpload): Promise<ReceivedPart> {
  const { status } = upload
  const before = status.parts.reduce((rows, earlier) => rows + earlier.rows, 0)
  const known = status.counts.people
  let held: NumberedRow[] = []
  let refused: RefusedRow[] = []
  const sum = { people: 0, refused: 0, unspoken: 0, unnamed: 0, bytes: 0 }
  let ignored = status.ignored
  let seq = 0
  let flushedAt = 0
  const refuse = (row: number, reason: RefusedRow['reason']) => {
    sum.people++
    sum.refused++
    refused.push({ row: before + row, reason })
  }
  const permissions = new PermissionReader(status.answers ?? NO_ANSWERS)
  const sink = {
    refuse,
    row(row: number, fields: Readonly<Record<string, unknown>>, others: OtherCells) {
      const read = readPermitted(fields, permissions.read(before + row, others), upload)
      if (!read.ok) return refuse(row, read.error)
      const { unspoken, unnamed, ...entry } = read.value
      sum.people++
      if (unspoken) sum.unspoken++
      if (unnamed) sum.unnamed++
      held.push({ ...entry, row: before + row })
    },
    ignore(name: string) {
      if (!permissions.knows(name)) ignored = withIgnored(ignored, name)
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
    if (known + sum.people > MAX_PEOPLE) throw new UnreadableFile(TOO_MANY)
    if (held.length + refused.length >= HELD_ROWS || sum.bytes - flushedAt >= HELD_BYTES) await flush()
  }
  text.end()
  const rows = await reader.end()
  if (known + sum.people === 0) throw new UnreadableFile(NOBODY)
  await flush()
  const { bytes, ...counts } = sum
  return { part: { bytes, rows, hash: hash.digest('hex') }, ...counts, ignored }
}

/**
 * Reads a row by what the file says about its person. Of one who has left only the address is read.
 * @throws UnreadableFile with a question
 */
function readPermitted(
  fields: Readonly<Record<string, unknown>>,
  said: ReturnType<PermissionReader['read']>,
  upload: PartUpload,
): ReturnType<typeof readRow> {
  if ('question' in said) throw new UnreadableFile(said.question)
  const { permission } = said
  if (permission === 'free') return readRow(fields, upload)
  if (permission === 'unconfirmed') return err('not-subscribed')
  const read = readRow({ email: fields.email }, upload)
  return read.ok ? ok({ ...read.value, leaves: permission }) : read
}

/** Reads the rest of a refused body. Clients that are still sending would otherwise not read the response. */
export async function readToEnd(body: ReadableStream<Uint8Array>): Promise<void> {
  await body.pipeTo(new WritableStream()).catch(() => {}) // the client has disconnected
}

/** SHA-256 (hex) of a body, which is read to its end. */
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
  const byBucket = Map.groupBy(entries, ({ email }) => bucketOf(mailboxOf(email)))
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

/** Place for which a staged record is sealed. */
export const placeOf = (id: string, part: number, seq: number): string => `${id}/${part}/${seq}`

/** Bucket of a mailbox by an FNV-1a hash. The hash may be invertible, since only six of its bits are stored. */
function bucketOf(address: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < address.length; at++) hash = Math.imul(hash ^ address.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % BUCKETS
}
