import * as z from 'zod'
import { FINGERPRINT_CHARS } from '../security/address.ts'
import { blob } from '../storage/database.ts'
import type { BatchHeader } from './batch.ts'
import type { SealedRecipients } from './sealed-recipients.ts'

/** A provider's id for the mail of one person. Provider events name it. */
export type MailReference = [position: number, reference: string]

/** The people of a batch: fingerprints by position, references of their mails, and sealed recipients until the batch is settled. */
export type BatchBody = { people: string[]; references: MailReference[]; recipients: SealedRecipients | null }

/** A batch to be inserted. */
export type NewBatch = {
  head: BatchHeader
  people: string[]
  recipients: SealedRecipients
  references?: MailReference[]
}

export const peopleRow = z.object({ people: z.string() })
export const bodyRow = z.object({ people: z.string(), refs: z.string(), recipients: blob.nullable() })
export const spanRow = z.object({ id: z.int(), first: z.string(), last: z.string() })

/** The columns of a batch's header, in the order in which the ledger writes them. */
export const toRow = (head: BatchHeader): [number, ...Array<string | number>] => [
  head.id,
  head.group,
  head.state,
  head.statuses.text,
  head.generation,
  head.firstAttemptAt,
  head.via,
  head.bodyHash,
  head.dueAt,
  head.tries,
  head.reason,
]

/** Writes references of mails as text, one line each, so that later ones are appended without reading the earlier ones. */
export const writeReferences = (references: ReadonlyArray<readonly [position: number, reference: string]>): string =>
  references.map(([position, reference]) => `${position} ${reference}\n`).join('')

/** Reads the text of `writeReferences`. */
export const readReferences = (lines: string): Array<[position: number, reference: string]> =>
  lines.split('\n').flatMap((line): Array<[number, string]> => {
    const space = line.indexOf(' ')
    return space < 1 ? [] : [[Number(line.slice(0, space)), line.slice(space + 1)]]
  })

/** The fingerprints of the column `people`, which joins them without separators. */
export function splitFingerprints(people: string): string[] {
  return Array.from({ length: people.length / FINGERPRINT_CHARS }, (_, i) =>
    people.slice(i * FINGERPRINT_CHARS, (i + 1) * FINGERPRINT_CHARS),
  )
}
