import * as z from 'zod'

/** Schema of problem details (RFC 9457), with the members that this API adds. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Every invalid field, with what was expected.'),
    current: z.string().nullable().optional().describe('The revision that is current.'),
    dispatch: z.string().optional().describe('The dispatch that overlaps, or that the Idempotency-Key belongs to.'),
    confirmedAfter: z.string().optional().describe('A value of audience.confirmedAfter that avoids the overlap.'),
    notReachedBy: z.string().optional().describe('A value of audience.notReachedBy that avoids the overlap.'),
    reason: z.string().optional().describe('Why the campaign may not send, as one word.'),
    standing: z.string().optional().describe('The earlier decision, which stays.'),
    flags: z.array(z.looseObject({ kind: z.string() })).optional(),
    import: z.string().optional().describe('The import that the problem is about.'),
  })
  .meta({ id: 'Problem' })
