import * as z from 'zod'
import { SUBMISSION_KINDS, submissionSchema } from '../../actions/submissions/submission.ts'
import { countersSchema, TARGET_WISHES } from '../../campaigns/counters.ts'

/** Schemas of answers about letters, signatures, submissions and moderation. */

const submissionStatus = z.enum(['pending', 'accepted', 'refused'])

const uncertainMail = z
  .object({
    id: z.int(),
    generation: z.int(),
    target: z.string(),
    people: z.int().describe('People whose letters the mail carries.'),
    reason: z.string(),
    attemptedAt: z.number().nullable().describe('Milliseconds since 1970.'),
    bodyHash: z.string().describe('SHA-256 of the body of the call, in hexadecimal.'),
  })
  .meta({ id: 'UncertainMail' })

/** People whom a loop has passed without a mail. */
const skips = z
  .object({
    postponed: z.int().describe('People who are tried again soon: something did not answer, or their queue was full.'),
    unreadable: z.int().describe('People whose record does not open. They are tried again four times a day.'),
    givenUp: z.int().describe('People without an answer for a week. They may have got the mail.'),
  })
  .meta({ id: 'SkippedPeople' })

const told = {
  about: z.string().describe('`update/{id}` or `end/{status}`.'),
  told: z.int().describe('Writers reached so far.'),
  done: z.boolean(),
  ...skips.shape,
}

export const actionsAnswer = z
  .object({
    numbers: z.object(countersSchema.omit({ wishes: true }).shape).meta({ id: 'ActionCounts' }),
    byCountry: z.record(z.string(), z.int()),
    byDay: z.record(z.string(), z.int()),
    voices: z
      .record(z.string(), z.partialRecord(submissionStatus, z.int()))
      .describe('Submissions by kind and status.'),
    stopped: z
      .array(z.object({ target: z.string(), reason: z.string() }))
      .describe('Targets whose letters are stopped, with the reason.'),
    wishes: z
      .array(z.object({ target: z.string(), wish: z.enum(TARGET_WISHES), at: z.iso.datetime() }))
      .optional()
      .describe('What readers at targets asked for by the link in a letter: a digest, or no more letters.'),
    waitingFor: z.string().optional().describe('What an organiser must correct before more letters are sent.'),
    uncertain: z.array(uncertainMail),
    skipped: z
      .record(z.string(), skips)
      .describe(
        'People without their mail, by what it tells: `receipt`, `moderators`, `update/{id}` or `end/{status}`.',
      ),
    news: z
      .array(z.object(told))
      .optional()
      .describe('How many writers each piece of news has reached, the oldest first.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'CampaignActions' })

export const writerNewsAnswer = z
  .object({
    kind: z
      .enum(['telling', 'awaiting-approval'])
      .describe('`awaiting-approval`: nothing is sent until another organiser makes the same request.'),
    ...told,
  })
  .meta({ id: 'WriterNews' })

export const reopenedAnswer = z
  .object({ target: z.string(), reopened: z.int().describe('Addresses whose wish was forgotten.') })
  .meta({ id: 'ReopenedTarget' })

export const signaturesAnswer = z
  .object({
    signatures: z.array(z.object({ name: z.string(), place: z.string().optional(), country: z.string().optional() })),
    unreadable: z.int().describe('Writers whose consent does not open. They are not among the signatures.'),
  })
  .meta({ id: 'Signatures' })

const flag = z.union([
  z.object({ kind: z.enum(['link', 'address', 'shouting', 'repeated', 'unreadable']) }),
  z.object({ kind: z.literal('named'), who: z.string() }),
])

const item = z.object({
  id: z.string(),
  campaign: z.string(),
  kind: z.enum(SUBMISSION_KINDS),
  receivedAt: z.iso.datetime(),
  flags: z.array(flag),
  acceptable: z.boolean().describe('False: the submission can only be refused.'),
})

const [support, endorsement, reply, letter] = submissionSchema.options

const heldLetter = letter.omit({ email: true, shown: true, updates: true })

/** A submission of each kind; the last form is one that cannot be decrypted. */
const submission = z
  .union([
    item.extend(support.shape),
    item.extend(endorsement.shape),
    item.extend(reply.shape),
    item.extend(heldLetter.shape),
    item,
  ])
  .meta({ id: 'Submission' })

export const moderationAnswer = z.object({ items: z.array(submission) }).meta({ id: 'PendingSubmissions' })

export const moderatedAnswer = z
  .object({ id: z.string(), standing: submissionStatus })
  .meta({ id: 'ModeratedSubmission' })
