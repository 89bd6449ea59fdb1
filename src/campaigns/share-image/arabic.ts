/**
 * Joins Arabic letters (Unicode 17, §9.2): the neighbours of a letter decide its shape. The shapes have code points,
 * Arabic Presentation Forms-B, so Arabic text needs no shaping engine.
 */

const FIRST_FORM = 0xfe80
/**
 * Letters in the order of their forms, each with its number of forms. 4 forms: joins on both sides; 2: only to the
 * letter before; 1: to none.
 */
const LETTERS = 'ء1آ2أ2ؤ2إ2ئ4ا2ب4ة2ت4ث4ج4ح4خ4د2ذ2ر2ز2س4ش4ص4ض4ط4ظ4ع4غ4ف4ق4ك4ل4م4ن4ه4و2ى2ي4'
const LAM = 'ل'
/** Lam and alef form one glyph. Maps each alef to the isolated form of the pair; the final form follows it. */
const LAM_ALEF: Readonly<Record<string, number>> = { آ: 0xfef5, أ: 0xfef7, إ: 0xfef9, ا: 0xfefb }
/** Tatweel joins on both sides and has one shape. */
const TATWEEL = '\u0640'
/** Vowel signs and doubling. Headlines omit these, and placing them would need the font's own tables. */
const SIGNS = /[\u064b-\u0652\u0670]/g

type Forms = { isolated: number; joins: 1 | 2 | 4 }

const FORMS = new Map<string, Forms>()
let next = FIRST_FORM
for (const [, letter = '', count] of LETTERS.matchAll(/(\D)(\d)/gu)) {
  const joins = Number(count) as Forms['joins']
  FORMS.set(letter, { isolated: next, joins })
  next += joins
}

const joinsOnward = (letter: string | undefined): boolean =>
  letter === TATWEEL || (letter !== undefined && FORMS.get(letter)?.joins === 4)
const joinsBack = (letter: string | undefined): boolean =>
  letter === TATWEEL || (letter !== undefined && (FORMS.get(letter)?.joins ?? 1) > 1)

/** Replaces every Arabic letter by its contextual form and removes vowel signs. Text stays in reading order. */
export function joinArabic(text: string): string {
  const letters = [...text.replace(SIGNS, '')]
  let out = ''
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    const forms = FORMS.get(letter)
    if (forms === undefined) {
      out += letter
      continue
    }
    const before = joinsOnward(letters[at - 1]) && joinsBack(letter)
    const pair = letter === LAM ? LAM_ALEF[letters[at + 1] ?? ''] : undefined
    if (pair !== undefined) at++
    const after = pair === undefined && forms.joins === 4 && joinsBack(letters[at + 1])
    // Order of a letter's forms in the block: isolated, final, initial, medial.
    out += String.fromCodePoint((pair ?? forms.isolated) + (before ? (after ? 3 : 1) : after ? 2 : 0))
  }
  return out
}
