import type { RowRefusalReason } from './refusals.ts'

/** Bytes of one row: a person takes a few hundred, and other columns of a membership database a few thousand. */
export const MAX_ROW_BYTES = 128_000

/** Takes what a reader finds, row by row in the order of the file. Rows count from 1; a header line is row 1. */
export type RowSink = {
  row(row: number, fields: Readonly<Record<string, unknown>>): void
  refuse(row: number, reason: RowRefusalReason): void
  /** A column or key that means nothing to us; told again and again for NDJSON. */
  ignore(name: string): void
}

/** Reads a file in chunks, cut anywhere. @throws Unreadable when the file as a whole cannot be read. */
export type RowReader = {
  write(chunk: Uint8Array): Promise<void>
  /** Answers how many rows there were, the header line and blank ones included. */
  end(): Promise<number>
}
