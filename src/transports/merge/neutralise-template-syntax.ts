import type { Values } from '../../emails/message.ts'
import type { Template, TemplatePiece } from '../../emails/template/template.ts'

/**
 * Words that a provider's template language must not read, for providers that may look for it in finished mails. Its marks are
 * `{{`, `{%` and `{#`; a brace at the end of a piece counts, too, because the next piece may begin with the other half.
 */

const MARKS = /\{(?=[{%#]|$)/g
/** U+2060 shows nothing and breaks no line; in text nothing else can stand between two braces. */
const IN_TEXT = '{\u2060'
/** A brace in HTML has another spelling, but not inside of a style sheet, where a space changes nothing. */
const IN_HTML = '&#123;'
const IN_STYLE = '{ '
const STYLE = /(<style\b[^>]*>[\s\S]*?<\/style>)/i

export function neutraliseTemplate(template: Template): Template {
  const texts = (pieces: readonly TemplatePiece[], write: (text: string) => string): TemplatePiece[] =>
    pieces.map((piece) => (typeof piece === 'string' ? write(piece) : piece))
  return {
    ...template,
    subject: texts(template.subject, inText),
    html: texts(template.html, inHtml),
    text: texts(template.text, inText),
  }
}

/** The same for what stands in the template's slots, before it is escaped: a link of ours has no braces. */
export function neutraliseValues(values: Values): Values {
  const entries = Object.entries(values)
  return entries.some(([, value]) => value.includes('{'))
    ? Object.fromEntries(entries.map(([slot, value]) => [slot, inText(value)]))
    : values
}

const inText = (text: string): string => text.replace(MARKS, IN_TEXT)

const inHtml = (html: string): string =>
  html
    .split(STYLE)
    .map((part, i) => part.replace(MARKS, i % 2 === 1 ? IN_STYLE : IN_HTML))
    .join('')
