import * as z from 'zod'
import type { Operation } from './operation.ts'

const time = z.iso.datetime()

const noticesAnswer = z.array(
  z
    .object({
      kind: z.string(),
      subject: z.string().describe('A campaign, a dispatch, an event name or the like. Never a person.'),
      count: z.int().describe('The number of cases.'),
      firstAt: time,
      lastAt: time,
      summary: z.string().describe('What happened.'),
      action: z.string().describe('What an organiser should do.'),
      detail: z.string().optional().describe('What is known of the latest case.'),
    })
    .meta({ id: 'Notice' }),
)

export const NOTICE_OPERATIONS = {
  listNotices: {
    method: 'get',
    path: '/api/notices',
    scope: 'read',
    summary: 'Lists what organisers must know, each kind and subject once, the newest case first.',
    answers: { 200: { description: 'The notices.', schema: noticesAnswer } },
    errors: {},
  },
} as const satisfies Record<string, Operation>
