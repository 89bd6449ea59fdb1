import { utf8 } from '../../kit/bytes.ts'
import type { Values } from '../message.ts'
import { SLOT_WRITERS } from './escape.ts'
import type { Template, TemplatePiece } from './template.ts'

/** Gmail cuts the HTML of a mail off after about this many bytes, unsubscribe link and all. */
export const MAX_HTML_BYTES = 102_000
/** From here on a longer name or note could tip a mail over. */
export const WARN_HTML_BYTES = 90_000

export type Merged = { subject: string; html: string; text: string }

/**
 * One recipient's mail: the pieces joined, each value escaped for its place. Pure and cheap; this is all that happens per person.
 * @throws Error when a slot has no value or a link is not one: both are made by us.
 */
export function merge(template: Template, values: Values): Merged {
  return {
    subject: mergeSubject(template, values),
    html: join(template.html, values),
    text: join(template.text, values).trimStart(), // an empty note stands first
  }
}

function join(pieces: readonly TemplatePiece[], values: Values): string {
  let joined = ''
  for (const piece of pieces) joined += renderPiece(piece, values)
  return joined
}

/** A piece as it stands in one recipient's mail. @throws Error as `merge` does. */
export const renderPiece = (piece: TemplatePiece, values: Values): string =>
  typeof piece === 'string' ? piece : SLOT_WRITERS[piece.as](valueFor(piece.slot, values))

/** The subject alone, for those who write the rest themselves. */
export const mergeSubject = (template: Template, values: Values): string => join(template.subject, values)

function valueFor(slot: string, values: Values): string {
  const value = Object.hasOwn(values, slot) ? values[slot] : undefined
  if (value === undefined) throw new Error(`no value for the slot "${slot}"`)
  return value
}

/** Why a merged mail is too large to be sent, in words; null when it is not. */
export function sizeFault(html: string): string | null {
  const bytes = utf8(html).length
  if (bytes <= MAX_HTML_BYTES) return null
  return `the HTML is ${count(bytes)} bytes and mail programs cut it off at ${count(MAX_HTML_BYTES)}: shorten the text, or move some of it to the campaign page`
}

/** The same for a template and the values of one recipient. */
export function sizeFaults(template: Template, values: Values): string[] {
  const fault = sizeFault(merge(template, values).html)
  return fault === null ? [] : [`${template.email} in ${template.locale}: ${fault}`]
}

export function sizeWarning(html: string): string | null {
  const bytes = utf8(html).length
  if (bytes < WARN_HTML_BYTES) return null
  return `the HTML is ${count(bytes)} bytes, close to the ${count(MAX_HTML_BYTES)} at which mail programs cut it off`
}

const count = (bytes: number): string => bytes.toLocaleString('en-GB')
