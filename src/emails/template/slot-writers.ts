import { item } from '../../campaigns/text/prose-text.ts'
import { oneLine } from '../../kit/characters.ts'
import { escapeHtml, isLinkable } from './escape.ts'
import { linkHtml } from './prose-html.ts'
import { quotedHtml, quotedText } from './quoted-text.ts'

/** Writes a slot's value for each kind of place. `template.ts` describes the kinds. */
export const SLOT_WRITERS = {
  html: (value: string) => escapeHtml(oneLine(value)),
  url: (value: string) => escapeHtml(checkedUrl(value)),
  plain: (value: string) => oneLine(value),
  lines: quotedHtml,
  'plain-lines': quotedText,
  list: (value: string) => {
    const items = value.split('\n').map((line) => `<li style="margin:0 0 8px">${escapeHtml(oneLine(line))}</li>`)
    return `<ul style="margin:0;padding:0 26px">${items.join('')}</ul>`
  },
  'plain-list': (value: string) =>
    value
      .split('\n')
      .map((line) => item(oneLine(line)))
      .join('\n'),
  links: (value: string) =>
    value
      .split(/\n{2,}/)
      .map(linkOf)
      .join('\n'),
} as const

/** A label on one line, and its URL on the next, as a link. */
function linkOf(lines: string): string {
  const [label = '', url = ''] = lines.split('\n').map(oneLine)
  return `<p style="margin:0 0 12px">${linkHtml(checkedUrl(url), escapeHtml(label.replace(/\s*:$/u, '')))}</p>`
}

/**
 * The URL, if a mail may link to it.
 * @throws Error for another scheme, which is a bug: Tocsin itself makes all links of recipients.
 */
function checkedUrl(value: string): string {
  if (!isLinkable(value))
    throw new Error(
      `a link must start with https://, http://, mailto: or tel:, not ${JSON.stringify(value.slice(0, 20))}`,
    )
  return value
}
