import { isolated } from '../campaigns/text/isolates.ts'
import { displayName } from '../kit/characters.ts'
import { directionOf, FALLBACK_LOCALE } from '../kit/locales.ts'
import { languageName } from '../kit/localised-names.ts'
import { formatMessage } from '../kit/messages.ts'
import { emailStrings } from './bundled.gen.ts'
import type { ValuesOf } from './template/slots.ts'

// Slot values of each e-mail, as plain text; `merge` escapes them.

type MailReader = { name?: string; locales: readonly string[] }

/**
 * Values of an appeal or update. `mailLocale` is the template's language; the reader's preferred language is first in
 * `locales`.
 */
export const bulkValues = (
  reader: MailReader,
  mailLocale: string,
  { unsubscribe }: { unsubscribe: string },
): ValuesOf<'appeal'> => ({
  greeting: greeting(reader.name, mailLocale),
  ...noteFor(reader.locales[0], mailLocale),
  unsubscribe,
})

type ConfirmationLinks = { confirm: string; noMore: string }

export const confirmValues = ({ confirm, noMore }: ConfirmationLinks): ValuesOf<'confirm'> => ({ confirm, noMore })

export const welcomeValues = (
  reader: { name?: string },
  mailLocale: string,
  { unsubscribe }: { unsubscribe: string },
): ValuesOf<'welcome'> => ({ greeting: greeting(reader.name, mailLocale), unsubscribe })

/** Values of the goodbye. `back`: the link that takes the reader back onto the list. */
export const goodbyeValues = (back: string): ValuesOf<'goodbye'> => ({ back })

/** Values of the mail that confirms a draft of a letter or submission. */
export const draftValues = ({ confirm, noMore }: ConfirmationLinks): ValuesOf<'letter' | 'voice'> => ({
  confirm,
  noMore,
})

/** Values of a moderator's mail. `links` has one line per submission: its kind and the URL of its moderation page. */
export const moderateValues = (values: ValuesOf<'moderate'>): ValuesOf<'moderate'> => values

/** Values of a mail to organisers. `text` says what happened and what to do. */
export const noticeValues = (values: ValuesOf<'notice'>): ValuesOf<'notice'> => values

/** Values of a receipt. `outcome` has a line for each addressee; `letters` quotes the letters as sent. */
export const receiptValues = (values: ValuesOf<'receipt'>): ValuesOf<'receipt'> => values

/** Values of the mail that returns a letter. `outcome` says why it was not sent; `words` quotes what the writer added. */
export const returnedValues = (values: ValuesOf<'returned'>): ValuesOf<'returned'> => values

/**
 * Values of a writer update. `outcome` says how the case ended. It is empty in the mail of an update, and ends with a blank line where an
 * update follows.
 */
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
  return before + isolated(locale, shown) + after
}

/** Placeholder for the name in a greeting. Private-use character, which readers' names cannot contain after cleaning. */
const NAME = '\uE000'
const greetings = new WeakMap<object, readonly [before: string, after: string]>()

/**
 * Parts of the greeting before and after the name. Cached per language: formatting it for each reader would dominate the work.
 */
function greetingAround(strings: Record<string, string>, locale: string): readonly [before: string, after: string] {
  const known = greetings.get(strings)
  if (known !== undefined) return known
  const [before = '', after, ...more] = formatMessage(strings, locale, 'greeting.named', { name: NAME }).split(NAME)
  if (after === undefined || more.length > 0) throw new Error(`greeting.named in ${locale}: expected {name} once`)
  greetings.set(strings, [before, after])
  return [before, after]
}

/**
 * Note that the mail is not in the reader's first language. Written in that language if its e-mail texts exist, else in the
 * mail's.
 */
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

/** The note in a language, cached for the same reason as greetings. */
function untranslated(strings: Record<string, string>, locale: string): string {
  const note = untranslatedNotes.get(strings) ?? formatMessage(strings, locale, 'note.untranslated')
  untranslatedNotes.set(strings, note)
  return note
}

const sameLanguage = (a: string, b: string): boolean => a.split('-')[0] === b.split('-')[0]
