import * as z from 'zod'
import { FORMATS } from '../../supporters/export/format.ts'
import { dispatchAnswer } from './dispatch-schemas.ts'

/** Schemas of answers about supporters, imports, exports and statistics. */

const time = z.iso.datetime()
const proof = z.object({ wording: z.string(), at: time, via: z.string() })

export const personAnswer = z
  .object({
    fingerprint: z.string(),
    supporter: z
      .object({
        email: z.string(),
        name: z.string().optional(),
        locales: z.array(z.string()),
        topics: z.array(z.string()),
        country: z.string().optional(),
        since: time,
        consent: proof,
      })
      .nullable(),
    suppression: z.object({
      reason: z.string().optional(),
      since: time.optional(),
      pausedUntil: time.optional(),
      noConfirmationsUntil: time.optional(),
    }),
    proofOfConsent: proof
      .extend({ since: time, left: time })
      .nullable()
      .describe('Kept after the person unsubscribed.'),
    letters: z.array(z.object({ campaign: z.string(), kept: z.looseObject({}) })),
    elsewhere: z
      .array(z.object({ kind: z.enum(['dispatch', 'import', 'mailbox']), name: z.string(), kept: z.looseObject({}) }))
      .optional()
      .describe('What became of appeals to the person; imports in which they wait; mails that wait for them.'),
  })
  .meta({ id: 'Person' })

export const erasedAnswer = z
  .object({ status: z.enum(['erased', 'erasing']).describe('erasing: the rest of it is deleted by itself.') })
  .meta({ id: 'Erased' })
export const suppressedAnswer = z.object({ status: z.literal('suppressed') }).meta({ id: 'Suppressed' })

const imported = z.object({
  id: z.string(),
  state: z.enum(['receiving', 'importing', 'confirming', 'finished', 'abandoned', 'cancelled']),
  by: z.string().describe('Name of the token.'),
  format: z.enum(FORMATS),
  startedAt: time,
  finishedAt: time.optional(),
  people: z.int(),
  imported: z.int(),
  confirming: z.int(),
  merged: z.int(),
  refused: z.int(),
  waiting: z.int(),
  cancelled: z.int(),
  parts: z.array(z.object({ bytes: z.int(), rows: z.int() })),
  ignoredColumns: z.array(z.string()),
  notes: z.array(z.string()),
  problem: z.string().optional(),
})

export const importAnswer = imported.meta({ id: 'Import' })

const transfer = z.object({
  id: z.string(),
  kind: z.enum(['import', 'export']),
  state: z.string(),
  by: z.string().describe('Name of the token.'),
  format: z.enum(FORMATS),
  startedAt: time,
  finishedAt: time.optional(),
  people: z.int().optional(),
  imported: z.int().optional(),
  confirming: z.int().optional(),
  merged: z.int().optional(),
  refused: z.int().optional(),
  damaged: z.int().optional(),
  share: z.string().optional().describe('The export holds fingerprints that begin with these digits.'),
})

export const transfersAnswer = z.array(transfer.meta({ id: 'Transfer' }))

const report = {
  report: z.array(z.object({ row: z.int(), reason: z.string() })).describe('Refused rows, with the reason.'),
  next: z.string().optional().describe('Path of the next page of the report.'),
}

/** An import with a page of its refused rows. The second form is an import whose details are deleted. */
export const importDetailAnswer = z
  .union([imported.extend(report), transfer.extend(report)])
  .meta({ id: 'ImportDetail' })

export const statisticsAnswer = z
  .object({
    supporters: z.object({
      people: z.int(),
      complete: z.boolean().describe('False: there are more people than were counted.'),
      countedAt: time.describe('When they were counted: a large list is counted only some times a day.'),
    }),
    departed: z.record(z.string(), z.int()).describe('Suppressed people, by reason.'),
    campaigns: z.record(z.string(), z.int()).describe('Campaigns by status.'),
    dispatches: z.int(),
    newestDispatch: dispatchAnswer.nullable(),
    stopped: z.object({ at: time, by: z.string() }).optional().describe('Since when everything that sends is stopped.'),
  })
  .meta({ id: 'Statistics' })
