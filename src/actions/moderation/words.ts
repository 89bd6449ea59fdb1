/** How texts and names are cut into words before they are compared. */

/** Letters that Unicode does not decompose, each with the letters that many people type instead. */
const ALIKE: Readonly<Record<string, string>> = {
  ...{ ł: 'l', ø: 'o', đ: 'd', ð: 'd', ı: 'i', æ: 'ae', œ: 'oe', þ: 'th' },
  ...{ қ: 'к', ғ: 'г', ң: 'н', ә: 'а', ө: 'о', ү: 'у', ұ: 'у', һ: 'х', і: 'и', є: 'е', ґ: 'г' },
  ...{ ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك' },
}
const HAS_ALIKE = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'gu')
/** Accents, invisible characters, the stroke that lengthens Arabic words, and the hamza that many leave out. */
const UNWRITTEN = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u0640\u0621]/gu

/** The text without accents and invisible characters. */
export const bare = (text: string): string => text.normalize('NFKD').replace(UNWRITTEN, '')

/** The text without case, accents and invisible characters. */
export const plainly = (text: string): string =>
  bare(text)
    .toUpperCase() // ß becomes SS, as in a name written in capitals
    .toLowerCase()
    .replace(HAS_ALIKE, (letter) => ALIKE[letter] ?? letter)

export const wordsIn = (plain: string): string[] => plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
