import * as z from 'zod'

/**
 * A slot and its escaping. `html` escapes for text and attributes. `url` allows only http(s) and mailto, then escapes. `plain`
 * (subject, text part) removes line breaks and control characters. `lines` and `plain-lines` are `html` and `plain` for several
 * lines, with their paragraphs and lists. `list` and `plain-list` make an item of each line. `links` makes links of pairs of lines: a label
 * and its URL.
 */
const slot = z.strictObject({
  slot: z.string(),
  as: z.enum(['html', 'url', 'plain', 'lines', 'plain-lines', 'list', 'plain-list', 'links']),
})
const pieces = z.array(z.union([z.string(), slot]))
export type TemplatePiece = z.infer<typeof slot> | string

/** A compiled e-mail in one language: static pieces with slots between them. */
export const template = z.strictObject({
  email: z.string(),
  locale: z.string(),
  /** SHA-256 (hex) of everything the template was made from. */
  hash: z.string(),
  subject: pieces,
  html: pieces,
  text: pieces,
})
export type Template = z.infer<typeof template>

/** A template, with warnings for organisers about its MJML and its translation. */
export const compiledTemplate = z.strictObject({ template, warnings: z.array(z.string()) })
export type CompiledTemplate = z.infer<typeof compiledTemplate>
