import * as z from 'zod'
import { plainLines } from '../../actions/drafts/text-fields.ts'
import { SUBMISSION_REFUSALS } from '../../actions/submissions/submission-state.ts'
import { locale } from '../../campaigns/definition.ts'
import { EMAILS } from '../../emails/message.ts'
import { REQUEST_CHANNELS } from '../../use-cases/supporters/request-channel.ts'

/** Request bodies of the API. The one of a dispatch stands in `dispatch/dispatch-request.ts`. */

/** `PUT /api/campaigns/{slug}`: the texts of campaign.yaml and the <locale>.md files, by name. */
export const campaignFiles = z.strictObject({ files: z.record(z.string().max(40), z.string()) })

export const previewRequest = z.strictObject({ email: z.enum(EMAILS), locale, updateId: z.string().optional() })

/** Batches in one request. */
const MAX_BATCHES = 10_000

export const batchResolution = z.strictObject({
  batches: z
    .array(z.strictObject({ id: z.int().nonnegative(), generation: z.int().nonnegative() }))
    .min(1)
    .max(MAX_BATCHES),
  decision: z.enum(['send-again', 'count-as-sent']),
})

/** UTF-16 units of a target's reply: several pages of an office's letter. */
const MAX_REPLY_CHARS = 8_000

/** What a target has answered. */
export const targetReply = z.strictObject({
  target: z.string().max(40),
  date: z.iso.date(),
  locale, // of the text
  text: z.string().transform(plainLines).pipe(z.string().min(1).max(MAX_REPLY_CHARS)),
})

export const moderationDecision = z
  .strictObject({ decision: z.enum(['accept', 'refuse']), reason: z.enum(SUBMISSION_REFUSALS).optional() })
  .refine(({ decision, reason }) => decision === 'refuse' || reason === undefined, {
    path: ['reason'],
    message: 'expected a reason only where something is refused',
  })

export const personRequest = z.strictObject({ email: z.string().max(320), reason: z.enum(REQUEST_CHANNELS) })

/** News for people who wrote in a campaign. Supporters get updates by the list; `onTheList: tell` sends it to them here, too. */
export const writerNews = z
  .strictObject({
    about: z.enum(['update', 'end']),
    updateId: z.string().optional(),
    onTheList: z.enum(['skip', 'tell']).default('skip'),
  })
  .refine(({ about, updateId }) => (about === 'update') === (updateId !== undefined), {
    path: ['updateId'],
    error: 'expected with about: update, and only with it',
  })
