import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import { FORMATS, type ListFormat } from '../export/format.ts'

/**
 * `receiving`: an upload is under way, or further parts are waited for. `importing`: rows with proof of consent go in. `confirming`:
 * they are in, and the others are asked at a gentle pace. `abandoned`: the upload did not come to its end, so nothing was imported.
 */
const importState = z.enum(['receiving', 'importing', 'confirming', 'finished', 'abandoned', 'cancelled'])
export type ImportState = z.infer<typeof importState>

/**
 * Confirmations a minute unless told: 100,000 take fourteen hours. Faster, and a sender's reputation suffers from all the addresses of
 * an old list that are nobody's any more; besides, people who sign up meanwhile would wait for theirs.
 */
export const CONFIRMATIONS_PER_MINUTE = 120
/** The fastest that may be asked for. */
export const MAX_CONFIRMATIONS_PER_MINUTE = 400

/** A request's share of the file. `rows`: header lines and blank ones included; `hash`: SHA-256 of the bytes. */
const part = z.object({ bytes: z.int(), rows: z.int(), hash: z.string() })
export type UploadedPart = z.infer<typeof part>

/** `people`: rows that hold one. imported + confirming + merged + refused + those waiting or cancelled = people. */
const importCounts = z.object({
  people: z.int(),
  imported: z.int(),
  confirming: z.int(),
  merged: z.int(),
  refused: z.int(),
})
export type ImportCounts = z.infer<typeof importCounts>

/** Who brings what, and how it is to be read. */
const importRequest = z.object({
  id: z.string(),
  by: z.string(), // the token's name
  at: z.number(), // epoch ms
  format: z.enum(FORMATS),
  locale: z.string(), // of people for whom the list names no language this site has
  perMinute: z.number(), // confirmations, at most
})
export type ImportRequest = z.infer<typeof importRequest>

/** While importing: the staged buckets that are being worked through, and how many of their people are done. */
const cursor = z.object({ from: z.int(), until: z.int(), done: z.int() })
export type ImportCursor = z.infer<typeof cursor>

/** How an import stands: everything it keeps besides rows and report. */
export const importStatus = importRequest.extend({
  state: importState,
  parts: z.array(part),
  counts: importCounts,
  ignored: z.array(z.string()),
  unspoken: z.int(), // people who named languages of which this site has none
  problem: z.string().exactOptional(),
  cursor,
  begun: z.array(z.number()), // times at which the step under way was begun, epoch ms; several after restarts
  tries: z.int(),
  finishedAt: z.number().exactOptional(),
})
export type ImportStatus = z.infer<typeof importStatus>

export const newImport = (request: ImportRequest): ImportStatus => ({
  ...request,
  state: 'receiving',
  parts: [],
  counts: { people: 0, imported: 0, confirming: 0, merged: 0, refused: 0 },
  ignored: [],
  unspoken: 0,
  cursor: { from: 0, until: 0, done: 0 },
  begun: [],
  tries: 0,
})

/** Names of ignored columns that are kept, and characters of each. */
const MAX_IGNORED = 50
const MAX_IGNORED_CHARS = 60

export function withIgnored(known: readonly string[], name: string): string[] {
  const short = name.replace(/\s+/g, ' ').trim().slice(0, MAX_IGNORED_CHARS)
  return known.length >= MAX_IGNORED || known.includes(short) ? [...known] : [...known, short]
}

export const isOver = ({ state }: Pick<ImportStatus, 'state'>): boolean =>
  state === 'finished' || state === 'abandoned' || state === 'cancelled'

const waiting = ({ people, imported, confirming, merged, refused }: ImportCounts): number =>
  people - imported - confirming - merged - refused

/** An import as the API tells it; times in ISO 8601. */
export type ImportView = {
  id: string
  state: ImportState
  by: string
  format: ListFormat
  startedAt: string
  finishedAt?: string
  people: number
  imported: number
  confirming: number
  merged: number
  refused: number
  waiting: number
  cancelled: number
  parts: Array<{ bytes: number; rows: number }>
  ignoredColumns: string[]
  notes: string[]
  problem?: string
}

export function toView(status: ImportStatus): ImportView {
  const { id, state, by, format, at, finishedAt, counts, parts, ignored, unspoken, locale, problem } = status
  const left = waiting(counts)
  const over = isOver(status)
  const notes =
    unspoken === 0
      ? []
      : [`${unspoken} people chose only languages that this site does not have: they will be written to in ${locale}`]
  return {
    id,
    state,
    by,
    format,
    startedAt: new Date(at).toISOString(),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt).toISOString() }),
    ...counts,
    waiting: over ? 0 : left,
    cancelled: over ? left : 0,
    parts: parts.map(({ bytes, rows }) => ({ bytes, rows })),
    ignoredColumns: ignored,
    notes,
    ...defined({ problem }),
  }
}

/** What became of an upload. `closed`: the import has begun or is over; `overtaken`: by a later upload of the same part. */
export type UploadReceipt =
  | { kind: 'received' | 'replayed'; view: ImportView }
  | { kind: 'unreadable' | 'broken-off'; message: string }
  | { kind: 'other-body' | 'closed' | 'overtaken' }
  | { kind: 'out-of-order'; expected: number }
