import { displayName } from '../kit/characters.ts'
import { directionOf, FALLBACK_LOCALE } from '../kit/locales.ts'
import { formatMessage } from '../kit/messages.ts'
import { languageName } from '../kit/names.ts'
import { emailStrings } from './bundled.gen.ts'
import type { ValuesOf } from './template/slots.ts'

/** What fills the slots of each e-mail. Plain text; `merge` escapes it. */

export type MailReader = { name?: string; locales: readonly string[] }

/** `mailLocale` is the language of the template; the reader's own come first in `locales`. */
export const bulkValues = (
  reader: MailReader,
  mailLocale: string,
  { unsubscribe }: { unsubscribe: string },
): ValuesOf<'appeal'> => ({
  greeting: greeting(reader.name, mailLocale),
  ...noteFor(reader.locales[0], mailLocale),
  unsubscribe,
})

export const confirmValues = (links: { confirm: string }): ValuesOf<'confirm'> => ({ confirm: links.confirm })

export const welcomeValues = (
  reader: { name?: string },
  mailLocale: string,
  { unsubscribe }: { unsubscribe: string },
): ValuesOf<'welcome'> => ({ greeting: greeting(reader.name, mailLocale), unsubscribe })

export const goodbyeValues = (): ValuesOf<'goodbye'> => ({})

/** Of a draft's mail, whether of a letter or of a voice. */
export const draftValues = (links: { confirm: string }): ValuesOf<'letter' | 'voice'> => ({ confirm: links.confirm })

/** `links`: what each is, and the address at which it is read and decided about. */
export const moderateValues = (values: ValuesOf<'moderate'>): ValuesOf<'moderate'> => values

/** `outcome` has a line for each recipient of the letters, `letters` the letters as they were sent. */
export const receiptValues = (values: ValuesOf<'receipt'>): ValuesOf<'receipt'> => values

/** `outcome` is how the case has ended, empty where the mail has an update to tell. */
export const newsValues = (values: ValuesOf<'news'>): ValuesOf<'news'> => values

export const myDataValues = (links: { preferences: string; export: string; erase: string }): ValuesOf<'my-data'> => ({
  preferences: links.preferences,
  export: links.export,
  erase: links.erase,
})

const stringsOf = (locale: string): { locale: string; strings: Record<string, string> } => {
  const strings = emailStrings[locale]
  if (strings !== undefined) return { locale, strings }
  return { locale: FALLBACK_LOCALE, strings: emailStrings[FALLBACK_LOCALE] ?? {} }
}

function greeting(name: string | undefined, mailLocale: string): string {
  const { locale, strings } = stringsOf(mailLocale)
  const shown = displayName(name ?? '')
  if (shown === '') return formatMessage(strings, locale, 'greeting.everybody')
  const [before, after] = greetingAround(strings, locale)
  return before + isolated(shown, locale) + after
}

/** No name of a reader: those are cleaned of such characters. */
const NAME = '\uE000'
const greetings = new WeakMap<object, readonly [before: string, after: string]>()

/** What stands on both sides of a name: formatting the message for each reader would take longer than the rest of their values. */
function greetingAround(strings: Record<string, string>, locale: string): readonly [before: string, after: string] {
  const known = greetings.get(strings)
  if (known !== undefined) return known
  const [before = '', after, ...more] = formatMessage(strings, locale, 'greeting.named', { name: NAME }).split(NAME)
  if (after === undefined || more.length > 0) throw new Error(`greeting.named in ${locale}: expected {name} once`)
  greetings.set(strings, [before, after])
  return [before, after]
}

const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/

/** A name of the other direction is isolated (UAX #9 §2.4), or the comma after it would jump to its wrong side. */
const isolated = (name: string, locale: string): string =>
  (directionOf(locale) === 'rtl') === RIGHT_TO_LEFT_LETTER.test(name) ? name : `\u2068${name}\u2069`

/** For a reader whose first language the mail is not in: says so in that language, or in the mail's where we lack the words. */
function noteFor(first: string | undefined, mailLocale: string): { note: string; noteLang: string; noteDir: string } {
  const spoken = first === undefined || sameLanguage(first, mailLocale)
  const own = first !== undefined && emailStrings[first] !== undefined
  const { locale, strings } = stringsOf(own ? first : mailLocale)
  const note = spoken
    ? ''
    : own
      ? untranslated(strings, locale)
      : formatMessage(strings, locale, 'note.unavailable', { language: languageName(locale, first) })
  const lang = spoken ? mailLocale : locale
  return { note, noteLang: lang, noteDir: directionOf(lang) }
}

const untranslatedNotes = new WeakMap<object, string>()

/** Kept, as greetings are. */
function untranslated(strings: Record<string, string>, locale: string): string {
  const note = untranslatedNotes.get(strings) ?? formatMessage(strings, locale, 'note.untranslated')
  untranslatedNotes.set(strings, note)
  return note
}

const sameLanguage = (a: string, b: string): boolean => a.split('-')[0] === b.split('-')[0]
