import { MARK_END, MARK_START } from '../../kit/characters.ts'
import type { SlotKind } from './slots.ts'
import type { TemplatePiece } from './template.ts'

type Slots = Readonly<Record<string, SlotKind>>

/** Marker of a slot in Liquid's output. MJML leaves the marker unchanged. */
export const markOf = (slot: string): string => `${MARK_START}${slot}${MARK_END}`

const MARK = new RegExp(`${MARK_START}([A-Za-z]+)${MARK_END}`, 'g')

const IN_TEXT = { text: 'plain', url: 'plain', lines: 'plain-lines', links: 'plain-lines', list: 'plain-list' } as const

/**
 * Splits a subject or a plain-text part at its slot markers.
 * @throws Error on a slot that the e-mail does not have.
 */
export function splitText(text: string, slots: Slots): TemplatePiece[] {
  return split(text, (slot) => IN_TEXT[kindOf(slot, slots)])
}

/**
 * Splits HTML at its slot markers and chooses each slot's escaping by its place.
 * @throws Error where no escaping is safe: in a style, script, comment, tag or code, or when a link is not a whole href value.
 */
export function splitHtml(html: string, slots: Slots): TemplatePiece[] {
  const places = placesOf(html)
  return split(html, (slot, index) => {
    const place = places[index] ?? 'a tag'
    const kind = kindOf(slot, slots)
    if (kind === 'url') {
      if (place === 'an href') return 'url'
      throw new Error(`the link "${slot}" must be the whole value of an href, but it is in ${place}`)
    }
    if (kind !== 'text') {
      if (place === 'text') return kind
      throw new Error(`the text "${slot}" has several lines: it must be in text, but it is in ${place}`)
    }
    if (place === 'text' || place === 'an attribute') return 'html'
    throw new Error(`the text "${slot}" must be in text or in a quoted attribute, but it is in ${place}`)
  })
}

type SlotFormat = Exclude<TemplatePiece, string>['as']

function split(text: string, as: (slot: string, index: number) => SlotFormat): TemplatePiece[] {
  return text.split(MARK).flatMap((part, at): TemplatePiece[] => {
    if (at % 2 === 1) return [{ slot: part, as: as(part, (at - 1) / 2) }]
    return part === '' ? [] : [part]
  })
}

function kindOf(slot: string, slots: Slots): SlotKind {
  const kind = Object.hasOwn(slots, slot) ? slots[slot] : undefined
  if (kind !== undefined) return kind
  throw new Error(`unknown slot "${slot}": this e-mail has ${Object.keys(slots).join(', ') || 'none'}`)
}

/** Slots that no piece uses: their values would not appear in the mail. */
export function unusedSlots(pieces: readonly TemplatePiece[], slots: Slots): string[] {
  const used = new Set(pieces.map((piece) => (typeof piece === 'string' ? '' : piece.slot)))
  return Object.keys(slots).filter((slot) => !used.has(slot))
}

type SlotPlace = 'text' | 'an attribute' | 'an href' | 'code or a link' | 'a tag' | 'a style or script' | 'a comment'

/** Tokens of well-formed HTML: comments, elements with raw text, tags, and text between them (HTML Standard §13.2.5). */
const TOKEN =
  /<!--[\s\S]*?-->|<(style|script|title|textarea|xmp|iframe)\b[^>]*>[\s\S]*?<\/\1\s*>|<[a-z/!](?:"[^"]*"|'[^']*'|[^"'>])*>|[^<]+|</gi
const ATTRIBUTE = /\s([^\s=>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Attributes whose value is fetched, followed or run. Of these, only an href that is exactly one slot is allowed. */
const ACTIVE_ATTRIBUTE = /^(href|src|srcset|action|formaction|background|cite|data|poster|style|on.*|xlink:.*)$/i

/** The place of each slot marker in HTML, in document order. */
function placesOf(html: string): SlotPlace[] {
  return [...html.matchAll(TOKEN)].flatMap(([token, raw]) => {
    const marks = token.match(MARK)?.length ?? 0
    if (marks === 0) return []
    if (token.startsWith('<!--')) return Array<SlotPlace>(marks).fill('a comment')
    if (raw !== undefined) return Array<SlotPlace>(marks).fill('a style or script')
    return token.startsWith('<') ? placesInTag(token, marks) : Array<SlotPlace>(marks).fill('text')
  })
}

function placesInTag(tag: string, marks: number): SlotPlace[] {
  const places = [...tag.matchAll(ATTRIBUTE)].flatMap(([, name = '', double, single]): SlotPlace[] => {
    const value = double ?? single ?? ''
    const inside = value.match(MARK) ?? []
    if (!ACTIVE_ATTRIBUTE.test(name)) return inside.map(() => 'an attribute')
    const whole = name.toLowerCase() === 'href' && inside.length === 1 && value === inside[0]
    return inside.map(() => (whole ? 'an href' : 'code or a link'))
  })
  return places.length === marks ? places : Array<SlotPlace>(marks).fill('a tag')
}
