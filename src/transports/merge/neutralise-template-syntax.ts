import type { Values } from '../../emails/message.ts'
import type { Template, TemplatePiece } from '../../emails/template/template.ts'

/**
 * Matches the start of template syntax: `{{`, `{%` or `{#`. A brace at the end of a piece also matches, since the next piece
 * may continue it.
 */

const MARKS = /\{(?=[{%#]|$)/g
/** Replacement in text: U+2060 (word joiner) is invisible and allows no line break. */
const IN_TEXT = '{\u2060'
/** Replacement in HTML: an entity. Not used in style sheets, where a space is harmless instead. */
const IN_HTML = '&#123;'
const IN_STYLE = '{ '
const STYLE = /(<style\b[^>]*>[\s\S]*?<\/style>)/i

/** Neutralises template syntax in a template's static text, for providers that may interpret finished mails. */
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

/** Neutralises template syntax in slot values, before they are escaped. Tocsin's links contain no braces. */
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
