/** Characters that control programs or the direction of a line, or that nobody sees: finding and removing them. */

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

/** Text without direction marks, embeddings, overrides and isolates. */
export const withoutDirections = (text: string): string => text.replace(BIDI, '')

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
  if (!SEEN.test(plain)) return ''
  if (plain.length <= MAX_NAME_GRAPHEMES && name.length <= MAX_NAME_UNITS) return plain
  const graphemes = [...new Intl.Segmenter().segment(plain)].map(({ segment }) => segment)
  if (graphemes.length <= MAX_NAME_GRAPHEMES && name.length <= MAX_NAME_UNITS) return plain
  return `${graphemes.slice(0, MAX_NAME_GRAPHEMES).join('').trimEnd()}…`
}

/**
 * Characters without a mark of their own: zero-width spaces and joiners, direction marks, soft hyphens, byte order marks, tags, variation
 * selectors, fillers, and the blank Braille pattern (Unicode's Default_Ignorable_Code_Point, and what looks the same).
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800]/u
const UNSEEN = String.raw`\s\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800`
const UNSEEN_ENDS = new RegExp(`^[${UNSEEN}]+|[${UNSEEN}]+$`, 'gu')
const SEEN = new RegExp(`[^${UNSEEN}]`, 'u')

/** The text without spaces and invisible characters at its ends. Pasted addresses have them. */
export const trimUnseen = (text: string): string => text.replace(UNSEEN_ENDS, '')

/** An invisible character within a text: its code, such as `U+200B`, and its place, counted from 1 in whole characters. */
type InvisibleCharacter = { code: string; place: number }

/** The first invisible character of a text, or null. */
export function findInvisible(text: string): InvisibleCharacter | null {
  const characters = [...text]
  const at = characters.findIndex((character) => INVISIBLE.test(character))
  if (at === -1) return null
  const point = characters[at]?.codePointAt(0) ?? 0
  return { code: `U+${point.toString(16).toUpperCase().padStart(4, '0')}`, place: at + 1 }
}

/**
 * Joiners and selectors that shape the characters around them: without the joiners Persian, Hindi and joined emoji are misspelt. With no
 * visible character before them they shape nothing.
 */
const SHAPING = String.raw`\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180D\u180F\u200C\u200D\uFE00-\uFE0F\u{E0100}-\u{E01EF}`
const SHAPES_NOTHING = new RegExp(`(^|\\s)[${SHAPING}]+|(?<!\\p{M})[\\u200C\\u200D]+\\s*$`, 'gu')
/** A flag of a part of a country is a black flag with tags. Elsewhere tags hide text. */
const OTHERS = new RegExp(
  String.raw`(\u{1F3F4}[\u{E0020}-\u{E007F}]+)|(?![${SHAPING}])[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]`,
  'gu',
)

/** The text without invisible characters, except those that shape the characters around them. Empty if nothing is seen. */
export function visibleText(text: string): string {
  if (!INVISIBLE.test(text)) return text
  const shown = text.replace(OTHERS, '$1').replace(SHAPES_NOTHING, '$1')
  return SEEN.test(shown) ? shown : ''
}
