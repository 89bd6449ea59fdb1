/** UTF-16 units of a name, as HTML's maxlength counts: long enough for every full name. */
export const MAX_NAME_CHARS = 100

/** Line breaks, control and private-use characters, halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu
/** Marks, embeddings, overrides and isolates: they could turn the words that later stand around the name (UAX #9). */
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** A name as it is kept: one line of visible text. What markup or template code it holds is text like any other. */
export const plainName = (typed: string): string =>
  typed.replace(UNPRINTABLE, ' ').replace(BIDI_CONTROLS, '').normalize('NFC').replace(/\s+/g, ' ').trim()
