import { directionOf } from '../../kit/locales.ts'

/**
 * A salutation as it stands above a letter: with the script's comma if it ends in a letter or digit. Other final punctuation stays:
 * languages differ in it.
 */
export const salutationLine = (text: string, locale: string): string =>
  /[\p{L}\p{N}]$/u.test(text) ? text + (directionOf(locale) === 'rtl' ? '،' : ',') : text
