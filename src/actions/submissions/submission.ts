import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'

/** The kinds of submission. Only a letter has the address that confirmed it, because it is sent in its writer's name or returned. */
const support = z.strictObject({
  kind: z.literal('support'), // a message to the workers
  locale: z.string(), // of the page it was written on
  name: z.string(),
  place: z.string().optional(),
  country: z.string().optional(),
  text: z.string(),
  shown: z.boolean(), // consent to publish it on the campaign's page
})
const endorsement = z.strictObject({
  kind: z.literal('endorsement'), // an organisation that supports the campaign
  locale: z.string(),
  organisation: z.string(),
  place: z.string(),
  signer: z.string(),
  role: z.string(),
  country: z.string().optional(),
})
const reply = z.strictObject({
  kind: z.literal('reply'), // a target's reply, added by an organiser
  locale: z.string(), // of the text
  target: z.string(),
  date: z.string(), // calendar day of the reply
  text: z.string(),
})
const letter = z.strictObject({
  kind: z.literal('letter'), // a confirmed letter that must be read before it is sent
  locale: z.string(),
  name: z.string(),
  place: z.string().optional(),
  country: z.string().optional(),
  text: z.string(),
  email: z.string(), // moderators do not see it
  shown: z.boolean(), // consents of the letter's form
  updates: z.boolean(),
})
export const submissionSchema = z.discriminatedUnion('kind', [support, endorsement, reply, letter])
export type Submission = z.infer<typeof submissionSchema>
export type SubmissionKind = Submission['kind']
export const SUBMISSION_KINDS = [
  'support',
  'endorsement',
  'reply',
  'letter',
] as const satisfies readonly SubmissionKind[]
export type SupportMessage = z.infer<typeof support>
export type HeldLetter = z.infer<typeof letter>
/** A submission as moderators see it. */
export type ReadableSubmission = Exclude<Submission, HeldLetter> | Omit<HeldLetter, 'email' | 'shown' | 'updates'>
export type TargetReply = z.infer<typeof reply>

/** A submission that waits for its confirmation, with the address that the link is sent to. */
const submissionDraftSchema = z.strictObject({
  email: z.string(),
  submission: z.discriminatedUnion('kind', [support, endorsement]),
})
export type SubmissionDraft = z.infer<typeof submissionDraftSchema>

/** All readable text of a submission, joined by line breaks, for searches and hashes. */
export const submissionText = (submission: ReadableSubmission): string => {
  switch (submission.kind) {
    case 'support':
    case 'letter':
      return [submission.name, submission.place, submission.text].join('\n')
    case 'endorsement':
      return [submission.organisation, submission.place, submission.signer, submission.role].join('\n')
    case 'reply':
      return submission.text
  }
}

/** A submission without what only its delivery needs. */
export function readableOf(submission: Submission): ReadableSubmission {
  if (submission.kind !== 'letter') return submission
  const { email: _, shown: __, updates: ___, ...readable } = submission
  return readable
}

const submissions = sealed('voice', submissionSchema)
const drafts = sealed('voice-draft', submissionDraftSchema)
const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealSubmission = (keys: Keyring, campaign: string, id: string, submission: Submission): Promise<string> =>
  submissions.text(keys, placeOf(campaign, id), submission)

/** The opened submission, or null when KEYRING lacks the key that sealed it. */
export const openSubmission = (
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<Submission | null> => submissions.open(keys, placeOf(campaign, id), sealed)

export const sealSubmissionDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  draft: SubmissionDraft,
): Promise<string> => drafts.text(keys, placeOf(campaign, id), draft)

/** @throws Error when the draft cannot be decrypted: KEYRING lacks the key that sealed it */
export const openSubmissionDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<SubmissionDraft> => drafts.mustOpen(keys, placeOf(campaign, id), sealed, 'a draft')
