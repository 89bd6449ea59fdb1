import { MARK_END, MARK_START } from '../../kit/characters.ts'
import type { SlotKind } from './slots.ts'
import type { TemplatePiece } from './template.ts'

type Slots = Readonly<Record<string, SlotKind>>

/** What a slot leaves behind in Liquid's output; MJML carries it through untouched. */
export const markOf = (slot: string): string => `${MARK_START}${slot}${MARK_END}`

const MARK = new RegExp(`${MARK_START}([A-Za-z]+)${MARK_END}`, 'g')

/** Splits a subject or a text part. @throws Error on a slot that the e-mail does not have. */
export function splitText(text: string, slots: Slots): TemplatePiece[] {
  return split(text, (slot) => (kindOf(slot, slots) === 'lines' ? 'plain-lines' : 'plain'))
}

/**
 * Splits HTML, choosing each slot's escaping by the place it stands in.
 * @throws Error where no escaping makes a slot safe: in a style, a script, a comment, a bare tag or code, or when a link is not
 * the whole value of its href.
 */
export function splitHtml(html: string, slots: Slots): TemplatePiece[] {
  const places = placesOf(html)
  return split(html, (slot, index) => {
    const place = places[index] ?? 'a tag'
    if (kindOf(slot, slots) === 'url') {
      if (place === 'an href') return 'url'
      throw new Error(`the link "${slot}" must be the whole value of an href, and it stands in ${place}`)
    }
    if (kindOf(slot, slots) === 'lines') {
      if (place === 'text') return 'lines'
      throw new Error(`the text "${slot}" has several lines: it must stand in text, and it stands in ${place}`)
    }
    if (place === 'text' || place === 'an attribute') return 'html'
    throw new Error(`the text "${slot}" must stand in text or in a quoted attribute, and it stands in ${place}`)
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
  throw new Error(`there is no slot "${slot}": this e-mail has ${Object.keys(slots).join(', ') || 'none'}`)
}

/** Slots that no piece mentions: what they carry would reach nobody. */
export function unusedSlots(pieces: readonly TemplatePiece[], slots: Slots): string[] {
  const used = new Set(pieces.map((piece) => (typeof piece === 'string' ? '' : piece.slot)))
  return Object.keys(slots).filter((slot) => !used.has(slot))
}

type SlotPlace = 'text' | 'an attribute' | 'an href' | 'code or a link' | 'a tag' | 'a style or script' | 'a comment'

/** Comments, elements whose content is not HTML, tags, and the text between (HTML Standard §13.2.5, for well-formed input). */
const TOKEN =
  /<!--[\s\S]*?-->|<(style|script|title|textarea|xmp|iframe)\b[^>]*>[\s\S]*?<\/\1\s*>|<[a-z/!](?:"[^"]*"|'[^']*'|[^"'>])*>|[^<]+|</gi
const ATTRIBUTE = /\s([^\s=>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Attributes whose value is fetched, followed or run: only an href made of nothing but a slot is admitted. */
const ACTIVE_ATTRIBUTE = /^(href|src|srcset|action|formaction|background|cite|data|poster|style|on.*|xlink:.*)$/i

/** Where each mark stands, in order. */
export function placesOf(html: string): SlotPlace[] {
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
