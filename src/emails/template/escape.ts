import { clean, oneLine } from '../../kit/characters.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For element text and quoted attribute values alike. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)

/** Organisers' text into HTML: cleaned, so that it cannot carry a slot's marker, and escaped. */
export const dataToHtml = (text: string): string => escapeHtml(clean(text))

const LINKABLE = /^(?:https?:\/\/|mailto:)./i
const IN_NO_LINK = /[\s"<>]/ // by itself: it reads every link of every mail, and is slow where case does not count

export const isLinkable = (url: string): boolean => LINKABLE.test(url) && !IN_NO_LINK.test(url)

/** How a slot's value is written at each kind of place; see `template.ts`. */
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

/** @throws Error: links in mails are made by us, so one of another scheme is a broken invariant. */
function checkedUrl(value: string): string {
  if (!isLinkable(value))
    throw new Error(`a link must start with https://, http:// or mailto:, not ${JSON.stringify(value.slice(0, 20))}`)
  return value
}
