import * as z from 'zod'
import { TOPICS } from '../../campaigns/definition.ts'
import { DISPATCH_PHASES } from '../../dispatch/dispatch-request.ts'

/** Schemas of answers about dispatches. */

const time = z.iso.datetime()

const counts = z
  .object({
    planned: z.int(),
    waiting: z.int(),
    accepted: z.int(),
    refused: z.int(),
    suppressed: z.int(),
    uncertain: z.int(),
    cancelled: z.int(),
  })
  .meta({ id: 'Counts' })

const audience = z
  .object({
    locales: z.array(z.string()).optional(),
    topics: z.array(z.enum(TOPICS)).optional(),
    countries: z.array(z.string()).optional(),
    confirmedAfter: z.string().optional(),
    notReachedBy: z.string().optional().describe('The id of an earlier dispatch: only people whom none has reached.'),
    reachedBy: z.string().optional().describe('The id of an earlier dispatch of another e-mail: only its people.'),
  })
  .meta({ id: 'Audience' })

const dispatch = z.object({
  id: z.string(),
  campaign: z.string(),
  revision: z.string(),
  email: z.string(),
  updateId: z.string().optional().describe('The day of the update or correction.'),
  audience,
  dryRun: z.boolean(),
  practice: z.literal(true).optional().describe('Its readers are invented, and no mail left.'),
  state: z.enum(DISPATCH_PHASES),
  paused: z.object({ kind: z.string(), detail: z.string() }).optional().describe('Why the dispatch is paused.'),
  counts,
  perLocale: z.record(z.string(), counts),
  delivery: z
    .object({ delivered: z.int(), deferred: z.int(), bounced: z.int(), complained: z.int() })
    .describe('People by the last event that the provider reported.'),
  leftOut: z
    .object({ reached: z.int(), paused: z.int(), suppressed: z.int() })
    .optional()
    .describe(
      'Of a dry run: people in the audience who would get nothing. reached: an earlier dispatch has them, or the one in reachedBy ' +
        'has not; paused: they have paused mail; suppressed: they left, complained, or their mail bounced.',
    ),
  realAnswer: z
    .object({
      state: z.enum(DISPATCH_PHASES).optional(),
      refused: z
        .object({ status: z.int(), title: z.string(), detail: z.string().optional() })
        .catchall(z.unknown())
        .optional()
        .describe('The problem with which it would be refused.'),
    })
    .optional()
    .describe('In the answer to the request for a dry run: what the same request without dryRun would be answered.'),
  damaged: z.int().optional().describe('Records of supporters that could not be decrypted.'),
  createdAt: time,
  sendAt: time.optional(),
  holdAfter: z.int().optional().describe('The dispatch pauses by itself after so many people.'),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  followUpAfter: time.optional().describe('The earliest confirmedAfter of a later dispatch to new supporters.'),
  waiting: z.object({ until: time, reason: z.string() }).optional().describe('No mail is sent until this time.'),
  fallback: z
    .object({ transport: z.string(), reason: z.string() })
    .optional()
    .describe('The second transport, while the first may not send.'),
})

export const dispatchAnswer = dispatch.meta({ id: 'Dispatch' })

const uncertainBatch = z
  .object({
    id: z.int(),
    generation: z.int(),
    lane: z.int(),
    people: z.int(),
    reason: z.string(),
    attemptedAt: z.number().nullable().describe('Milliseconds since 1970.'),
    bodyHash: z.string().describe('SHA-256 of the body of the call, in hexadecimal.'),
    heard: z.int().describe('People for whom the provider reported an event.'),
  })
  .meta({ id: 'UncertainBatch' })

export const dispatchDetailAnswer = dispatch
  .extend({ uncertainBatches: z.array(uncertainBatch) })
  .meta({ id: 'DispatchDetail' })

export const practiceMailAnswer = z
  .object({
    id: z.int(),
    at: time,
    to: z.string().describe('An invented reader.'),
    locale: z.string(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
  })
  .meta({ id: 'PracticeMail' })

export const testMailAnswer = z.object({ status: z.literal('queued'), locale: z.string() }).meta({ id: 'TestMail' })

export const testMailsAnswer = z
  .object({
    status: z.literal('queued'),
    mails: z.int(),
    addresses: z.int(),
    leftToday: z.int().describe('Addresses that tests may still go to today (UTC).'),
    notSent: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .meta({ id: 'TestMails' })

export const resolutionAnswer = z
  .object({ resolved: z.array(z.int()), notResolved: z.array(z.int()) })
  .meta({ id: 'Resolution' })
