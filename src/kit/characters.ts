/** Removal of characters that control programs or the direction of a line, for mails and plain text. */

/** Private-use characters that mark the slots of a mail while the mail is compiled. Texts from people never contain them. */
export const MARK_START = '\uE000'
export const MARK_END = '\uE001'
const PRIVATE_USE = /[\uE000-\uF8FF]/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
const LINE_BREAKS_AND_CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g

/**
 * Direction marks, embeddings, overrides and isolates: in a name they can reorder the words around the name (UAX #9 §2,
 * Trojan Source).
 */
const BIDI = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** Text of several lines without private-use characters and without control characters other than tab and line feed. */
export const clean = (text: string): string => text.replace(CONTROLS, '').replace(PRIVATE_USE, '').toWellFormed()

/** Text on one line, for subjects, header values and slots of the text part. Line breaks and control characters become spaces. */
export const oneLine = (text: string): string => text.replace(LINE_BREAKS_AND_CONTROLS, ' ').toWellFormed()

/** Most graphemes of a name that a greeting repeats. Nearly every full name fits, and a longer text cannot be used for advertising. */
const MAX_NAME_GRAPHEMES = 60
/** Most UTF-16 units of a name that are read. One grapheme can consist of thousands of combining marks. */
const MAX_NAME_UNITS = 240

/**
 * Matches a name that needs only Unicode normalisation: single spaces, no control or private-use characters, no lone
 * surrogates.
 */
const PLAIN =
  /^[^\s\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD\u2028\u2029]+(?: [^\s\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD\u2028\u2029]+)*$/u

/** A person's name as a greeting may repeat it, at most 60 graphemes. Empty when no visible character is left. */
export function displayName(name: string): string {
  if (name.length <= MAX_NAME_GRAPHEMES && PLAIN.test(name)) return name.normalize('NFC')
  const plain = name
    .slice(0, MAX_NAME_UNITS)
    .replace(LINE_BREAKS_AND_CONTROLS, ' ')
    .replace(BIDI, '')
    .replace(PRIVATE_USE, '')
    .toWellFormed()
    .replaceAll('\uFFFD', '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length <= MAX_NAME_GRAPHEMES && name.length <= MAX_NAME_UNITS) return plain
  const graphemes = [...new Intl.Segmenter().segment(plain)].map(({ segment }) => segment)
  if (graphemes.length <= MAX_NAME_GRAPHEMES && name.length <= MAX_NAME_UNITS) return plain
  return `${graphemes.slice(0, MAX_NAME_GRAPHEMES).join('').trimEnd()}…`
}
