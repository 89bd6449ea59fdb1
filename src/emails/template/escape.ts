import { clean } from '../../kit/characters.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Escapes text for HTML elements and for quoted attribute values. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)

/** Organisers' text as HTML: escaped, and without control characters, so that the text cannot imitate a slot marker. */
export const dataToHtml = (text: string): string => escapeHtml(clean(text))

const LINKABLE = /^(?:https?:\/\/|mailto:|tel:)./i
const IN_NO_LINK = /[\s"<>]/ // a separate pattern, because a case-insensitive one is slow and every link of every mail is tested

/** Whether a mail may link to this URL: http, https, mailto or tel, without spaces, quotes or angle brackets. */
export const isLinkable = (url: string): boolean => LINKABLE.test(url) && !IN_NO_LINK.test(url)
