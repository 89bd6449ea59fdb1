import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { CsvRows, detectDelimiter } from '../kit/csv-rows.ts'

/**
 * Bytes of one request: Cloudflare takes 100 MB, but also gives an invocation 30 seconds of processor time, and reading a row takes some 20 µs
 * (100,000 rows in 2.2 s here, `tests/journeys/import-many.test.ts`).
 */
export const PART_BYTES = 25_000_000

const NEWLINE = 0x0a

/** A part of a file: whole rows, from `start` up to `end`. */
export type FilePart = { start: number; end: number }

/**
 * Cuts a file between rows, as few times as it can be. Where a row of a CSV ends is what its reader goes by. `header`: bytes of the
 * line that every part of a CSV begins with.
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
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (isCsv) rows ??= new CsvRows(detectDelimiter(chunk))
    for (const byte of chunk) {
      at++
      const ended = rows === null ? (byte === NEWLINE ? 'behind' : 'no') : rows.step(byte)
      if (ended === 'no') continue
      const end = ended === 'behind' ? at : at - 1
      if (header === 0 && isCsv) header = end
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

/** The bytes of a part, with the header line before all but the first. */
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
