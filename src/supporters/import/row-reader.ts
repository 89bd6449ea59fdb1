import type { OtherCells } from './permissions/permission-reader.ts'
import type { RowRefusalReason } from './refusals.ts'

/** Maximum bytes of one row: a person needs a few hundred, other columns of a membership database a few thousand. */
export const MAX_ROW_BYTES = 128_000

/** Receives the rows of a file in order. Row numbers begin at 1; a header line is row 1. */
export type RowSink = {
  /** `others`: the cells of columns that are not of a list. Some say who has left. */
  row(row: number, fields: Readonly<Record<string, unknown>>, others: OtherCells): void
  refuse(row: number, reason: RowRefusalReason): void
  /** Reports an unknown column or key. NDJSON reports the same key for every line. */
  ignore(name: string): void
}

/**
 * Reads a file in chunks of any size.
 * @throws UnreadableFile when the file as a whole cannot be read.
 */
export type RowReader = {
  write(chunk: Uint8Array): Promise<void>
  /** Ends the file and returns its number of rows, the header line and blank lines included. */
  end(): Promise<number>
}
