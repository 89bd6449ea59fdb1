import * as z from 'zod'
import type { Operation } from './operation.ts'

const call = z
  .object({
    dispatch: z.string().optional(),
    campaign: z.string().optional().describe('Of the letters of this campaign.'),
    batch: z.int(),
    people: z.int(),
  })
  .meta({ id: 'OpenCall' })

const stopAnswer = z
  .object({
    stopped: z.object({ at: z.iso.datetime(), by: z.string() }),
    paused: z.array(z.string()).describe('Ids of the dispatches that this stop has paused.'),
    openCalls: z.array(call).describe('Calls under way. Their answers still count.'),
    unknown: z.array(z.string()).describe('Dispatches and campaigns that did not answer. They begin no call either.'),
  })
  .meta({ id: 'Stop' })

const goOnAnswer = z
  .object({
    resumed: z.array(z.string()),
    notResumed: z.array(z.object({ dispatch: z.string(), detail: z.string() })),
  })
  .meta({ id: 'GoOn' })

export const SENDING_OPERATIONS = {
  stopSending: {
    method: 'post',
    path: '/api/stop',
    scope: 'send',
    summary:
      'Stops everything that sends: dispatches, letters, digests, news, imports. No call begins later than 2 s after the answer.',
    answers: { 200: { description: 'What was stopped.', schema: stopAnswer } },
    errors: {},
  },
  goOnSending: {
    method: 'post',
    path: '/api/go-on',
    scope: 'send',
    summary: 'Ends the stop, and resumes the dispatches that it paused.',
    answers: { 200: { description: 'What goes on.', schema: goOnAnswer } },
    errors: {},
  },
} as const satisfies Record<string, Operation>
