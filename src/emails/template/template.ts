import * as z from 'zod'

/**
 * How a slot's value is written at its place: `html` escapes for text and attribute values alike, `url` admits only http(s) and
 * mailto before escaping, `plain` (subject, text part) strips line breaks and control characters; `lines` and `plain-lines` are the
 * same for a text of several lines.
 */
const slot = z.strictObject({ slot: z.string(), as: z.enum(['html', 'url', 'plain', 'lines', 'plain-lines']) })
const pieces = z.array(z.union([z.string(), slot]))
export type TemplatePiece = z.infer<typeof slot> | string

/** One e-mail of one campaign revision in one language, compiled: static pieces with slots between them. */
export const template = z.strictObject({
  email: z.string(),
  locale: z.string(),
  /** SHA-256 of everything it was made from, hex. */
  hash: z.string(),
  subject: pieces,
  html: pieces,
  text: pieces,
})
export type Template = z.infer<typeof template>
