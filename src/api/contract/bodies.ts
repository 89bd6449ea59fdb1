import * as z from 'zod'
import { plainLines } from '../../actions/drafts/text-fields.ts'
import { SUBMISSION_REFUSALS } from '../../actions/submissions/submission-state.ts'
import { locale, slug } from '../../campaigns/definition.ts'
import { EMAILS } from '../../emails/message.ts'
import { REQUEST_CHANNELS } from '../../use-cases/supporters/request-channel.ts'

/** Schemas of the API's request bodies. The body of a dispatch is in `dispatch/dispatch-request.ts`. */

/** Body of `PUT /api/campaigns/{slug}`: the texts of campaign.yaml and the <locale>.md files, by file name. */
export const campaignFiles = z.strictObject({ files: z.record(z.string().max(40), z.string()) })

export const previewRequest = z.strictObject({ email: z.enum(EMAILS), locale, updateId: z.string().optional() })

/** Addresses of one request for tests: a team. */
const MAX_TEST_ADDRESSES = 10
/** E-mails that one request for tests may name. A mailbox queue holds twenty mails. */
const MAX_TEST_EMAILS = 20

/** `emails`: such as `appeal`, `update` (the newest) or `update/2026-12-01`. Without it, or without `locales`: all of them. */
export const testMailsRequest = z.strictObject({
  to: z.array(z.string().max(320)).min(1).max(MAX_TEST_ADDRESSES, `expected at most ${MAX_TEST_ADDRESSES} addresses`),
  campaign: slug,
  emails: z.array(z.string().max(60)).min(1).max(MAX_TEST_EMAILS).optional(),
  locales: z.array(locale).min(1).optional(),
})

/** Batches that one request may resolve. */
const MAX_BATCHES = 10_000

export const batchResolution = z.strictObject({
  batches: z
    .array(z.strictObject({ id: z.int().nonnegative(), generation: z.int().nonnegative() }))
    .min(1)
    .max(MAX_BATCHES),
  decision: z.enum(['send-again', 'count-as-sent', 'count-as-not-sent']),
})

/** Length of a target's reply in UTF-16 units: several printed pages. */
const MAX_REPLY_CHARS = 8_000

/** A target's reply, its date and its language. */
export const targetReply = z.strictObject({
  target: z.string().max(40),
  date: z.iso.date(),
  locale, // of the text
  text: z.string().transform(plainLines).pipe(z.string().min(1).max(MAX_REPLY_CHARS)),
})

/** `target`: its id in campaign.yaml. */
export const targetToReopen = z.strictObject({ target: z.string().max(40) })

export const moderationDecision = z
  .strictObject({ decision: z.enum(['accept', 'refuse']), reason: z.enum(SUBMISSION_REFUSALS).optional() })
  .refine(({ decision, reason }) => decision === 'refuse' || reason === undefined, {
    path: ['reason'],
    message: 'expected a reason only with decision: refuse',
  })

export const personRequest = z.strictObject({ email: z.string().max(320), reason: z.enum(REQUEST_CHANNELS) })

/**
 * News for writers of a campaign: an update, or its end. Writers who are supporters get updates by dispatch and are skipped here, unless
 * `onTheList` is `tell`.
 */
export const writerNews = z
  .strictObject({
    about: z.enum(['update', 'end']),
    updateId: z.string().optional(),
    onTheList: z.enum(['skip', 'tell']).default('skip'),
  })
  .refine(({ about, updateId }) => (about === 'update') === (updateId !== undefined), {
    path: ['updateId'],
    error: 'expected updateId with about: update, and no updateId otherwise',
  })
