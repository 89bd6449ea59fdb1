import * as z from 'zod'
import { flag } from '../../storage/database.ts'
import { SUBMISSION_KINDS, type SubmissionKind } from './submission.ts'
import { submissionStatus } from './submission-status.ts'

/** A confirmed submission before it is stored. */
export type NewSubmission = {
  id: string
  kind: SubmissionKind
  author: string // fingerprint of the mailbox, so that tags do not allow a second one; for a reply the content hash of the whole reply
  fingerprint: string // of the address itself, for erasure; empty for a reply
  sealed: string
  contentHash: string // see `content-hash.ts`
  country: string
  shown: boolean // public after acceptance
  at: number // epoch ms
}

export const submissionRow = z.object({
  id: z.string(),
  kind: z.enum(SUBMISSION_KINDS),
  author: z.string(),
  fingerprint: z.string(),
  sealed: z.string().nullable(), // null once refused, delivered without consent to show it, or past retention
  contentHash: z.string(),
  status: submissionStatus,
  shown: flag,
  at: z.number(),
})
export type SubmissionRow = z.infer<typeof submissionRow>

export const refusedLetterRow = z.object({ id: z.string(), author: z.string(), sealed: z.string(), reason: z.string() })
export type RefusedLetterRow = z.infer<typeof refusedLetterRow>
