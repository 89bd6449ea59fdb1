/** Longest name in UTF-16 units, as HTML's maxlength counts. Every full name fits. */
export const MAX_NAME_CHARS = 100

/** Line breaks, control characters, private-use characters and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu
/** Direction marks, embeddings, overrides and isolates: in a name they can reorder the words around the name (UAX #9). */
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** A name as stored: one line of visible text. Markup and template code are ordinary text. */
export const plainName = (typed: string): string =>
  typed.replace(UNPRINTABLE, ' ').replace(BIDI_CONTROLS, '').normalize('NFC').replace(/\s+/g, ' ').trim()
