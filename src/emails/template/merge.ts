import { utf8 } from '../../kit/bytes.ts'
import type { Values } from '../message.ts'
import { SLOT_WRITERS } from './slot-writers.ts'
import type { Template, TemplatePiece } from './template.ts'

/** Maximum bytes of a mail's HTML. Gmail clips longer mails, unsubscribe link included. */
export const MAX_HTML_BYTES = 102_000
/** Bytes of HTML from which a preview warns: a longer name or note could exceed the maximum. */
const WARN_HTML_BYTES = 90_000

export type Merged = { subject: string; html: string; text: string }

/**
 * Joins a template's pieces with one recipient's values, each escaped for its place. This is all the work per person.
 * @throws Error when a slot has no value, or a link's value is not an http(s) or mailto URL.
 */
export function merge(template: Template, values: Values): Merged {
  return {
    subject: mergeSubject(template, values),
    html: join(template.html, values),
    text: join(template.text, values).trimStart(), // an empty note leaves blank lines at the start
  }
}

function join(pieces: readonly TemplatePiece[], values: Values): string {
  let joined = ''
  for (const piece of pieces) joined += renderPiece(piece, values)
  return joined
}

/**
 * One piece of a template with one recipient's values.
 * @throws Error as `merge` does.
 */
export const renderPiece = (piece: TemplatePiece, values: Values): string =>
  typeof piece === 'string' ? piece : SLOT_WRITERS[piece.as](valueFor(piece.slot, values))

/** The merged subject alone, for transports that let the provider merge the body. */
export const mergeSubject = (template: Template, values: Values): string => join(template.subject, values)

function valueFor(slot: string, values: Values): string {
  const value = Object.hasOwn(values, slot) ? values[slot] : undefined
  if (value === undefined) throw new Error(`no value for the slot "${slot}"`)
  return value
}

/** Explains why a merged mail is too large to send; null when the size is allowed. */
export function sizeFault(html: string): string | null {
  const bytes = utf8(html).length
  if (bytes <= MAX_HTML_BYTES) return null
  const remedy = 'shorten the text, or move some of it to the campaign page'
  return `the HTML is ${count(bytes)} bytes and mail programs cut it off at ${count(MAX_HTML_BYTES)}: ${remedy}`
}

/** Size faults of a template merged with one recipient's values; empty when the size is allowed. */
export function sizeFaults(template: Template, values: Values): string[] {
  const fault = sizeFault(merge(template, values).html)
  return fault === null ? [] : [`${template.email} in ${template.locale}: ${fault}`]
}

/** Explains that a merged mail is close to the maximum size; null when it is well below. */
export function sizeWarning(html: string): string | null {
  const bytes = utf8(html).length
  if (bytes < WARN_HTML_BYTES) return null
  return `the HTML is ${count(bytes)} bytes, close to the ${count(MAX_HTML_BYTES)} at which mail programs cut it off`
}

const count = (bytes: number): string => bytes.toLocaleString('en-GB')
