import { clean, oneLine } from '../../kit/characters.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Escapes text for HTML elements and for quoted attribute values. */
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)

/** Organisers' text as HTML: escaped, and without control characters, so that the text cannot imitate a slot marker. */
export const dataToHtml = (text: string): string => escapeHtml(clean(text))

const LINKABLE = /^(?:https?:\/\/|mailto:|tel:)./i
const IN_NO_LINK = /[\s"<>]/ // a separate pattern, because a case-insensitive one is slow and every link of every mail is tested

/** Whether a mail may link to this URL: http, https, mailto or tel, without spaces, quotes or angle brackets. */
export const isLinkable = (url: string): boolean => LINKABLE.test(url) && !IN_NO_LINK.test(url)

/** Escapes a slot's value for each kind of place. `template.ts` describes the kinds. */
export const SLOT_WRITERS = {
  html: (value: string) => escapeHtml(oneLine(value)),
  url: (value: string) => escapeHtml(checkedUrl(value)),
  plain: (value: string) => oneLine(value),
  lines: (value: string) =>
    value
      .split('\n')
      .map((line) => escapeHtml(oneLine(line)))
      .join('<br>\n'),
  'plain-lines': (value: string) => value.split('\n').map(oneLine).join('\n'),
} as const

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
