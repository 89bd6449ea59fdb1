import * as z from 'zod'

/** RFC 9457 problem details, with the members that this API adds. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Every faulty field with what was expected.'),
    current: z.string().nullable().optional().describe('The revision that is current.'),
    dispatch: z.string().optional().describe('The dispatch that is in the way, or that the key belongs to.'),
    confirmedAfter: z.string().optional().describe('With this audience the request would be possible.'),
    reason: z.string().optional().describe('Why nothing may be sent, as one word.'),
    standing: z.string().optional().describe('The decision that holds.'),
    flags: z.array(z.looseObject({ kind: z.string() })).optional(),
    import: z.string().optional().describe('The import that is concerned.'),
  })
  .meta({ id: 'Problem' })
