import * as z from 'zod'

/** A mail as the outbox stores it: its readable fields, and its bytes as sent (`eml`). Bytes and attachments are in base64. */
export const capturedMail = z.object({
  from: z.string(),
  to: z.string(),
  cc: z.array(z.string()).optional(), // addresses
  subject: z.string(),
  headers: z.record(z.string(), z.string()),
  text: z.string(),
  html: z.string(),
  eml: z.string(),
  /** Kind of mail, its campaign and the id of its dispatch; absent from calls that were composed before the outbox knew them. */
  kind: z.string().optional(),
  campaign: z.string().optional(),
  locale: z.string().optional(),
  dispatch: z.string().optional(),
  attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), content: z.string() })).optional(),
})
export type CapturedMail = z.infer<typeof capturedMail>
