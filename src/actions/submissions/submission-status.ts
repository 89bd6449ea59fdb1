import * as z from 'zod'

export const submissionStatus = z.enum(['pending', 'accepted', 'refused'])
export type SubmissionStatus = z.infer<typeof submissionStatus>
