/**
 * Letters of the Latin, Cyrillic, Greek, Armenian and Cherokee scripts that look like another letter: first the letter, then those that
 * look like it. After the skeletons of UTS 39 (unicode.org/Public/security/latest/confusables.txt), with three changes. A small Cyrillic
 * letter that looks like a small capital is put to its Latin letter, because names are compared without case. Letters that only differ
 * within one script, such as Б and В, are left apart, because they make different names. Capital I is not a small l everywhere, see
 * `foldTyped`.
 */
const LOOK_ALIKES = `
A ΑАᎪ|B ΒВꞴᏴ|C СҪᏟ|D ÐĐƉᎠ|E ɆΕЕᎬ|F ƑϜꞘ|G ǤԌᏀ|H ĦΗНҢӇӉⱧᎻ|I ΙІӀ|J ɈͿЈꞲᎫ|K ΚКҚҞⱩꝀᏦ|L ŁԼᏞ|M ΜϺМӍᎷ|N ƝΝŊ|O ØƟΟОѲꝊՕ|P ΡРᏢ|R ƦᎡᏒ|S ЅՏᏕᏚ
T ŦƮȾΤТҬᎢ|U ɄՍ|V ѴᏙ|W ԜᎳᏔ|X ΧХҲꞳ|Y ɎΥУҮҰᎩᎽ|Z ƵȤΖᏃ|a ɑαаᴀ|b ƀƂƃɓʙвҍβꞵ|c ȼсҫᴄ|d đƌɖɗԁᴅ|e ɇеҽҿᴇꬲεєɛԑ|f ƒᵮꞙꬵ|g ƍǥɠɡɢԍᶃց|h ħɦʜнңһӈӊꚕհ
i ıɨɩɪιіӏᵻᵼꙇᎥ|j ɉϳјᴊյ|k ĸƙκкқҟᴋ|l łƚɫɭʟ|m ʍмӎᴍ|n ƞɳɴᵰηոŋ|o øɵοоѳᴏᴑꝋꬽꬾօ|p ƥρрᴘᴩᵽ|q ʠԛզ|r ɍɼɽʀгғᵲꭇꭈ|s ƽʂѕᵴꜱ|t ŧƭτтҭᴛᵵ|u ʋυᴜᵾꞟꭎꭒս|v νѵᴠ
w ɯѡѽԝᴡꝡ|x хχ|y ƴɏɣʏγуүұᶌỿꭚ|z ƶȥʐᴢᵶζ|З ƷȜ|И Ͷ|П Π|Ф Φ|Г Γ|з ɜᴈ|и ͷᴎ|п π|ф φɸ|я ᴙ|ә əǝ|Ә Ə|ж җ|Ж Җ`
const PROTOTYPES: ReadonlyMap<string, string> = new Map(
  LOOK_ALIKES.trim()
    .split(/[|\n]/)
    .flatMap((row) => {
      const [letter = '', alike = ''] = row.split(' ')
      return [...alike].map((one) => [one, letter] as const)
    }),
)

/** Signs that are typed for a letter, and pairs of letters that look like one. */
const SIGNS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '€': 'e', '|': 'l', rn: 'm', vv: 'w' }
const HAS_SIGN = /[@$€|]|rn|vv/g

/** Letters that a digit may stand for. Others of the same look, as о for o, follow by their skeleton. */
const DIGITS: Readonly<Record<string, readonly string[]>> = {
  0: ['o'],
  1: ['l', 'i'],
  3: ['e', 'з'],
  4: ['a', 'ч'],
  5: ['s'],
  6: ['b', 'б', 'g'],
  7: ['t'],
  8: ['b'],
  9: ['g', 'q'],
}
/** Digits of one word that are read as letters. A word with more is a number. */
const MAX_DIGITS = 4

const toPrototypes = (text: string): string => Array.from(text, (one) => PROTOTYPES.get(one) ?? one).join('')

const fold = (text: string): string =>
  toPrototypes(text)
    .toLowerCase()
    .replace(HAS_SIGN, (sign) => SIGNS[sign] ?? sign)

/**
 * A capital I within a word of small letters is read as a small l, and a small l at the beginning as either, by way of the digit 1:
 * “KowaIczyk”, “lvan”.
 */
const foldTyped = (text: string): string =>
  fold(
    toPrototypes(text)
      .replace(/(?<=\p{Ll})I/gu, 'l')
      .replace(/(?<!\p{L})l(?=\p{Ll})/gu, '1'),
  )

/** The ways in which a text is compared by its look: as it is typed, in small letters and in capitals, which look alike to others. */
export const LOOKS = ['typed', 'small', 'large'] as const
export type Look = (typeof LOOKS)[number]

/** The skeleton of a text without accents: texts that look alike have the same one. `isName`: an I that begins it is meant. */
export function skeletonOf(text: string, look: Look, isName: boolean): string {
  if (look === 'small') return fold(text.toLowerCase())
  if (look === 'large') return fold(text.toUpperCase())
  return isName ? fold(text) : foldTyped(text)
}

/** What a word may say when its digits are letters. The word itself comes first. */
export function readingsOf(word: string): string[] {
  const digits = word.match(/\d/g)?.length ?? 0
  if (digits === 0 || digits > MAX_DIGITS || !/\p{L}/u.test(word)) return [word]
  const read = Array.from(word).reduce<string[]>(
    (so, one) => so.flatMap((begun) => (DIGITS[one] ?? [one]).map((letter) => begun + letter)),
    [''],
  )
  return [word, ...read.map((one) => one.replace(HAS_SIGN, (sign) => SIGNS[sign] ?? sign))]
}
