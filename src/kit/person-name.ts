import { visibleText } from './characters.ts'

/** Longest name in UTF-16 units, as HTML's maxlength counts. Every full name fits. */
export const MAX_NAME_CHARS = 100

/** Line breaks, control characters, private-use characters and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu

/**
 * A name as stored: one line of visible text. Direction marks are gone too: they can reorder the words around the name (UAX #9). Markup
 * and template code are ordinary text.
 */
export const plainName = (typed: string): string =>
  visibleText(typed.replace(UNPRINTABLE, ' ').normalize('NFC').trim()).replace(/\s+/g, ' ').trim()
