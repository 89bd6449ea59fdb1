import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import { FORMATS, type ListFormat } from '../export/format.ts'

/**
 * State of an import. `receiving`: uploading, or waiting for further parts. `importing`: adding rows with proof of consent.
 * `confirming`: mailing the other people at a limited pace. `abandoned`: the upload was incomplete, so nothing was imported.
 */
const importState = z.enum(['receiving', 'importing', 'confirming', 'finished', 'abandoned', 'cancelled'])
type ImportState = z.infer<typeof importState>

/**
 * Default number of confirmations per minute: 100,000 take fourteen hours. A faster pace harms the sender's reputation, because
 * old lists have many dead addresses, and delays confirmations of new sign-ups.
 */
export const CONFIRMATIONS_PER_MINUTE = 120
/** Maximum number of confirmations per minute that an import may request. */
export const MAX_CONFIRMATIONS_PER_MINUTE = 400

/** One uploaded part of the file. `rows` includes header and blank lines; `hash` is the SHA-256 of the bytes. */
const part = z.object({ bytes: z.int(), rows: z.int(), hash: z.string() })
export type UploadedPart = z.infer<typeof part>

/**
 * Counts of an import. `people`: rows with a person. imported + confirming + merged + refused + waiting or cancelled = people.
 */
const importCounts = z.object({
  people: z.int(),
  imported: z.int(),
  confirming: z.int(),
  merged: z.int(),
  refused: z.int(),
})
export type ImportCounts = z.infer<typeof importCounts>

const listed = z.array(z.string()).readonly()

/** Request for an import: the organiser's token, the format, and defaults for reading. */
const importRequest = z.object({
  id: z.string(),
  by: z.string(), // the token's name
  at: z.number(), // epoch ms
  format: z.enum(FORMATS),
  locale: z.string(), // for people without a language that this site offers
  perMinute: z.number(), // confirmations, at most
  /** What values of the file mean, see `PermissionAnswers`. */
  answers: z.object({ subscribed: listed, left: listed, ignored: listed }).exactOptional(),
})
export type ImportRequest = z.infer<typeof importRequest>

/** Progress: the staged buckets [from, until) in work, and the number of their people that are done. */
const cursor = z.object({ from: z.int(), until: z.int(), done: z.int() })

/** Stored status of an import, without its rows and report. */
export const importStatus = importRequest.extend({
  state: importState,
  parts: z.array(part),
  counts: importCounts,
  ignored: z.array(z.string()),
  unspoken: z.int(), // people whose languages this site does not offer
  unreadable: z.int().exactOptional(), // people whose stored row did not open, among the refused
  unnamed: z.int().default(0), // people whose name was left out; absent in imports of earlier versions
  problem: z.string().exactOptional(),
  cursor,
  begun: z.array(z.number()), // start times of the current step (epoch ms), one per restart
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
  unnamed: 0,
  cursor: { from: 0, until: 0, done: 0 },
  begun: [],
  tries: 0,
})

/** Limits of the list of ignored columns: number of names, and characters of each name. */
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

/** An import as the API shows it. Times are ISO 8601. */
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
  const { id, state, by, format, at, finishedAt, counts, parts, ignored, problem } = status
  const left = waiting(counts)
  const over = isOver(status)
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
    notes: notesOn(status),
    ...defined({ problem }),
  }
}

function notesOn({ unspoken, locale, unreadable = 0, unnamed }: ImportStatus): string[] {
  const notes: string[] = []
  if (unspoken > 0)
    notes.push(`${unspoken} people have only languages that this site does not offer: their mails will be in ${locale}`)
  if (unreadable > 0)
    notes.push(`${unreadable} people could not be read after the upload and count as refused: import the file again`)
  if (unnamed > 0)
    notes.push(`${unnamed} people were taken without their name: it held a link, an e-mail address or a sign < or >`)
  return notes
}

/** Result of an upload. `closed`: the import has begun or is over. `overtaken`: replaced by a later upload of the same part. */
export type UploadReceipt =
  | { kind: 'received' | 'replayed'; view: ImportView }
  | { kind: 'unreadable' | 'broken-off'; message: string }
  | { kind: 'other-body' | 'closed' | 'overtaken' }
  | { kind: 'out-of-order'; expected: number }
