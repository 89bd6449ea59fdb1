import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { CsvRows, detectDelimiter } from '../kit/csv-rows.ts'

/**
 * Bytes of one upload. Cloudflare accepts 100 MB, but an invocation has only 30 seconds of CPU time. Reading a row takes about 20 µs:
 * 100,000 rows in 2.2 s (`tests/journeys/import-many.test.ts`).
 */
const PART_BYTES = 25_000_000

const NEWLINE = 0x0a

/** A part of a file that holds whole rows: the bytes [start, end). */
type FilePart = { start: number; end: number }

/**
 * Splits a file between rows into as few parts of at most `maxBytes` as possible; a single longer row is a part. Rows of a CSV end where
 * its reader says, since quoted fields may contain line breaks. `header`: bytes of the CSV header, which every part repeats; else 0.
 */
export async function partsOf(
  path: string,
  isCsv: boolean,
  maxBytes = PART_BYTES,
): Promise<{ parts: FilePart[]; header: number }> {
  const { size } = await stat(path)
  if (size <= maxBytes) return { parts: [{ start: 0, end: size }], header: 0 }
  const parts: FilePart[] = []
  let [header, start, rowEnd, at] = [0, 0, 0, 0]
  let rows: CsvRows | null = null
  let isSeparator = false // the first row only names the separator, so the header is the second
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (isCsv) rows ??= new CsvRows(detectDelimiter(chunk))
    for (const byte of chunk) {
      at++
      const ended = rows === null ? (byte === NEWLINE ? 'behind' : 'no') : rows.step(byte)
      if (ended === 'no') continue
      const end = ended === 'behind' ? at : at - 1
      if (isCsv && (header === 0 || isSeparator)) {
        isSeparator = header === 0 && end - start < 12 && /^\uFEFF?"?sep=/i.test(chunk.toString('utf8', 0, 12))
        header = end
      }
      if (end - start + header > maxBytes && rowEnd > start) {
        parts.push({ start, end: rowEnd })
        start = rowEnd
      }
      rowEnd = end
    }
  }
  parts.push({ start, end: size })
  return { parts, header }
}

/** Streams the bytes of a part. Every part but the first begins with the header line. */
export async function streamOf(path: string, { start, end }: FilePart, header: number): Promise<Readable> {
  const rows = end > start ? createReadStream(path, { start, end: end - 1 }) : Readable.from([])
  if (start === 0 || header === 0) return rows
  const file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(header), 0, header, 0)
  await file.close()
  return Readable.from(
    (async function* () {
      yield buffer
      yield* rows
    })(),
    { objectMode: false },
  )
}
